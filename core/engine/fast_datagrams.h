/* Datagrams on the fast path, without the interpreter's lock: reading, and passing on. */
#pragma once
#include "fast_crowd.h"
#include "fast_flows.h"

/* ---- from the target to the client ---- */

/* What the system does not take is dropped and told, the rest goes on. */
static void flush(struct flows *flows) {
    int count = flows->out_count, done = 0;
    while (done < count) {
        int sent = sendmmsg(flows->sender->fd, flows->out + done, (unsigned)(count - done), 0);
        if (sent < 0) {
            tell_of_port(flows, flows->sender, ANSWER_NOT_TAKEN, errno);
            sent = 1;          /* the first of them is the one that was not taken */
        }
        done += sent;
    }
    flows->sender = NULL;
    flows->out_count = 0;
    flows->out_used = 0;
}

/* One answer; who has more of them is ready again in the next turn. */
static void from_target(struct relay *relay, struct flow *flow) {
    struct flows *flows = relay->flows;
    if (flows->sender != flow->port || flows->out_count == BATCH ||
        flows->out_used > ARENA - LARGEST) {
        flush(flows);
        flows->sender = flow->port;
    }
    char *data = flows->arena + flows->out_used;
    ssize_t size = recv(flow->fd, data, LARGEST, 0);
    if (size < 0) {
        if (errno != EAGAIN) leave_flow(relay, flow, ANSWER_FAILED, errno);
        return;
    }
    /* With copies of the address and all: the flow may be gone when this leaves. */
    int place = flows->out_count++;
    bool is_six = flow->port->family == AF_INET6;
    flows->out_name[place] = flow->key.name;
    memcpy(flows->out_control[place], flow->control, flow->control_size);
    flows->out_part[place] = (struct iovec){data, (size_t)size};
    flows->out[place].msg_hdr = (struct msghdr){
        .msg_name = &flows->out_name[place],
        .msg_namelen = is_six ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in),
        .msg_iov = &flows->out_part[place],
        .msg_iovlen = 1,
        .msg_control = flow->control_size ? flows->out_control[place] : NULL,
        .msg_controllen = flow->control_size,
    };
    flows->out_used += ((size_t)size + 63) & ~(size_t)63;
    flow->down += size;
    flow->empty += !size;
    flow->latest = -1;
    flow->moved = true;
}

/* ---- from clients to the target ---- */

static void find_ours(struct port *port, struct msghdr *head, struct key *key) {
    for (struct cmsghdr *c = CMSG_FIRSTHDR(head); c != NULL; c = CMSG_NXTHDR(head, c)) {
        if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO &&
            port->family == AF_INET) {
            struct in_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof info);
            memcpy(key->ours, &info.ipi_spec_dst, sizeof info.ipi_spec_dst);
        } else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo info;
            memcpy(&info, CMSG_DATA(c), sizeof info);
            memcpy(key->ours, &info.ipi6_addr, sizeof info.ipi6_addr);
        }
    }
}

/* What waits, up to a batch; its number, or that of an error, negative. */
static int receive_batch(struct flows *flows, struct port *port) {
    for (int i = 0; i < BATCH; i++) {
        struct msghdr *head = &flows->in[i].msg_hdr; /* the system writes into it */
        head->msg_namelen = sizeof flows->in_key[i].name;
        head->msg_control = port->told ? flows->in_control[i] : NULL;
        head->msg_controllen = port->told ? CONTROL : 0;
    }
    int count = recvmmsg(port->fd, flows->in, BATCH, 0, NULL);
    if (count < 0) return -errno;
    for (int i = 0; i < count; i++) {
        struct key *key = &flows->in_key[i];
        key->ours[0] = key->ours[1] = 0;
        if (port->family == AF_INET) key->name_word[1] = key->name_word[2] = key->name_word[3] = 0;
        if (port->told) find_ours(port, &flows->in[i].msg_hdr, key);
    }
    return count;
}

static bool is_bulky(struct flows *flows, int count) {
    struct key *keys = flows->in_key;
    return count >= 2 * BULK_RUN && same_key(&keys[0], &keys[BULK_RUN - 1]) &&
           same_key(&keys[count - 1], &keys[count - BULK_RUN]);
}

static void from_clients(struct relay *relay, struct port *port) {
    struct flows *flows = relay->flows;
    int count = receive_batch(flows, port);
    if (count < 0 && count != -EAGAIN) tell_of_port(flows, port, PORT_FAILED, -count);
    for (int i = 0; i < count; i++) {
        struct flow *flow = find(flows, port, &flows->in_key[i]);
        const char *data = flows->in_part[i].iov_base;
        size_t size = flows->in[i].msg_len;
        if (flow == NULL) flow = greet(relay, port, &flows->in_key[i], size);
        if (flow == NULL) {
            struct tiding *tiding = tell(flows, CAME, 0);
            tiding->port = port;
            tiding->key = flows->in_key[i];
            enclose(tiding, data, size);
        } else if (send(flow->fd, data, size, MSG_NOSIGNAL) < 0) {
            enclose(leave_flow(relay, flow, NOT_SENT, errno), data, size);
        } else {
            flow->up += (long long)size;
            flow->empty += !size;
            flow->latest = 1;
            flow->moved = true;
        }
    }
    if (count > 0 && is_bulky(flows, count)) tell_of_port(flows, port, BULKY, 0);
}
