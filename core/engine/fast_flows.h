/* Datagrams on the fast path, without the interpreter's lock: finding flows, and passing on.
 *
 * A *port* is a listener of the slow path, the classes in udp/, and a *flow* is a session of one of
 * its clients that is lent: plain, so that each datagram of the client goes to the flow's socket
 * as it is, and each answer back from the port. Whatever is not plain (a client that is not known,
 * an error, a datagram that is not taken) is left to the slow path, in the order in which it came.
 * So none of its rules is in here a second time: nobody is let in, limited, timed or given up.
 */
#pragma once
#include "fast_relay.h"

enum {
    BATCH = 64,                /* as of udp/batch.py, as are the next two */
    LARGEST = 65536,
    STRIDE = LARGEST + 1280,
    ARENA = 4 * LARGEST,       /* answers lie in it one behind the other */
    CONTROL = 64,
    BULK_RUN = 4,              /* as of udp/batched.py */
};

/* Why the slow path hears of something, whose names for it are in udp/fast.py. */
enum tidings { CAME, NOT_SENT, ANSWER_FAILED, PORT_FAILED, ANSWER_NOT_TAKEN, BULKY };

struct key {                   /* who speaks, and to which address of ours if that is told */
    union {
        struct sockaddr_in6 name;  /* of IPv4 the first eight bytes, the rest is 0 */
        uint64_t name_word[4];
    };
    uint64_t ours[2];
};

struct port {
    int fd, family;
    bool told;                 /* whether the system tells which address of ours was spoken to */
    int flow_count;
};

struct flow {
    int fd;
    struct port *port;
    void *owner;               /* the slow path's object for it */
    struct key key;
    uint64_t hash;
    long long up, down, empty; /* bytes, and datagrams of none, since it was last asked */
    int latest;                /* who spoke last since then: 1 the client, -1 the target, 0 none */
    size_t control_size;       /* what makes an answer leave from the address spoken to */
    char control[CONTROL];
};

struct tiding {
    enum tidings why;
    struct port *port;         /* of these two, one */
    struct flow *flow;         /* not lent any more */
    int number;                /* an error number, or 0 */
    int times;
    struct key key;            /* of CAME: who */
    char *data;
    size_t size;
};

struct flows {
    struct flow **table;       /* with open addressing; never more than half full */
    size_t room, count;
    uint64_t seed;
    struct tiding *news;
    int news_count, news_room;

    struct mmsghdr in[BATCH];
    struct iovec in_part[BATCH];
    struct key in_key[BATCH];
    char in_control[BATCH][CONTROL];

    struct port *sender;       /* whose answers wait */
    int out_count;
    size_t out_used;           /* of the arena */
    struct mmsghdr out[BATCH];
    struct iovec out_part[BATCH];
    struct sockaddr_in6 out_name[BATCH];
    char out_control[BATCH][CONTROL];

    char arena[ARENA];
    char data[BATCH * STRIDE];
};

/* ---- the table ---- */

static uint64_t hash_of(struct flows *flows, struct port *port, const struct key *key) {
    uint64_t hash = flows->seed ^ (uint64_t)(uintptr_t)port;
    const uint64_t words[6] = {key->name_word[0], key->name_word[1], key->name_word[2],
                               key->name_word[3], key->ours[0], key->ours[1]};
    for (int i = 0; i < 6; i++) {
        hash = (hash ^ words[i]) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 29;
    }
    return hash;
}

static bool same_key(const struct key *one, const struct key *other) {
    return !memcmp(one, other, sizeof *one);
}

static struct flow *find(struct flows *flows, struct port *port, const struct key *key) {
    if (!flows->count) return NULL;
    uint64_t hash = hash_of(flows, port, key);
    for (size_t i = hash & (flows->room - 1);; i = (i + 1) & (flows->room - 1)) {
        struct flow *flow = flows->table[i];
        if (flow == NULL ||
            (flow->hash == hash && flow->port == port && same_key(&flow->key, key)))
            return flow;
    }
}

static void put(struct flows *flows, struct flow *flow) {
    size_t i = flow->hash & (flows->room - 1);
    while (flows->table[i] != NULL) i = (i + 1) & (flows->room - 1);
    flows->table[i] = flow;
}

static void add_flow(struct relay *relay, struct flow *flow) {
    struct flows *flows = relay->flows;
    if (2 * (flows->count + 1) > flows->room) {
        struct flow **was = flows->table;
        size_t had = flows->room;
        flows->room = had ? 2 * had : 256;
        if ((flows->table = calloc(flows->room, sizeof *flows->table)) == NULL) abort();
        for (size_t i = 0; i < had; i++)
            if (was[i] != NULL) put(flows, was[i]);
        free(was);
    }
    flow->hash = hash_of(flows, flow->port, &flow->key);
    put(flows, flow);
    flows->count++;
    flow->port->flow_count++;
    occupy(relay, flow->fd, (struct slot){.flow = flow});
}

/* Its datagrams and events are the slow path's from now on. */
static void remove_flow(struct relay *relay, struct flow *flow) {
    struct flows *flows = relay->flows;
    size_t last = flows->room - 1, i = flow->hash & last;
    while (flows->table[i] != flow) i = (i + 1) & last;
    flows->table[i] = NULL;
    for (i = (i + 1) & last; flows->table[i] != NULL; i = (i + 1) & last) {
        struct flow *moved = flows->table[i]; /* those behind it close the gap */
        flows->table[i] = NULL;
        put(flows, moved);
    }
    flows->count--;
    flow->port->flow_count--;
    relay->slots[flow->fd] = (struct slot){0};
}

/* ---- what is left to the slow path ---- */

static struct tiding *tell(struct flows *flows, enum tidings why, int number) {
    flows->news = grown(flows->news, flows->news_count, &flows->news_room, sizeof *flows->news);
    struct tiding *tiding = &flows->news[flows->news_count++];
    *tiding = (struct tiding){.why = why, .number = number, .times = 1};
    return tiding;
}

static void enclose(struct tiding *tiding, const void *data, size_t size) {
    if ((tiding->data = malloc(size + 1)) == NULL) abort();
    memcpy(tiding->data, data, size);
    tiding->size = size;
}

static struct tiding *leave_flow(struct relay *relay, struct flow *flow, enum tidings why,
                                 int number) {
    remove_flow(relay, flow);
    struct tiding *tiding = tell(relay->flows, why, number);
    tiding->flow = flow;
    return tiding;
}

static void tell_of_port(struct flows *flows, struct port *port, enum tidings why, int number) {
    struct tiding *last = flows->news_count ? &flows->news[flows->news_count - 1] : NULL;
    if (last != NULL && last->why == why && last->port == port && last->number == number)
        last->times++;
    else
        tell(flows, why, number)->port = port;
}

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
        }
    }
    if (count > 0 && is_bulky(flows, count)) tell_of_port(flows, port, BULKY, 0);
}
