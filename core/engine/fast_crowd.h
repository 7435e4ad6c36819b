/* Young flows, without the interpreter's lock: clients that the slow path has no object for.
 *
 * Most clients ask one question and never more. So where everybody is let in, and brought to the
 * one target there is, a newcomer gets a socket here, and is forgotten here. Whoever turns out to
 * be in conversation becomes the slow path's within a second or so, by its tick.
 *
 * Who makes room when there are too many is udp/crowd.py's rule, and stands here a second time; the
 * names are the same, and so are the tests. Those looked at are the young, and before them what the
 * slow path says is at rest.
 */
#pragma once
#include <linux/sock_diag.h>
#include <stddef.h>

#include "fast_flows.h"

enum {
    HOSTS = 1024,              /* lists of hosts; more hosts make them longer */
    LOOKS = 64,                /* as of udp/crowd.py */
    IN_USE = 10,               /* seconds, as of udp/session.py, as is the next */
    SURELY_READ = 200,
    MUCH = 64 * 1024,          /* who hears so much is no mere question */
};

struct host {                  /* where clients are */
    uint64_t address[2];
    struct host *next;
    struct link flows;
    int count;
};

struct crowd {                 /* the young flows of one mapping */
    int account;
    struct link flows;         /* in the order in which they are to be looked at */
    int count, known, most;    /* young ones; sessions of the slow path; how many may be in all */
    double time;               /* of the last look, by the slow path's clock */
    struct host *hosts[HOSTS];
};

#define FLOW_OF(link, member) \
    ((struct flow *)(void *)((char *)(link) - offsetof(struct flow, member)))

static void link_last(struct link *head, struct link *link) {
    link->after = head;
    link->before = head->before;
    head->before = head->before->after = link;
}

static void link_first(struct link *head, struct link *link) { link_last(head->after, link); }

static void take_out(struct link *link) {
    link->before->after = link->after;
    link->after->before = link->before;
}

/* ---- hosts ---- */

static void address_of(const struct key *key, uint64_t address[2]) {
    address[0] = address[1] = 0;
    if (key->name.sin6_family == AF_INET6) memcpy(address, &key->name.sin6_addr, 16);
    else memcpy(address, &((const struct sockaddr_in *)&key->name)->sin_addr, 4);
}

static struct host **place_of(struct flows *flows, struct crowd *crowd, const struct key *key) {
    uint64_t address[2];
    address_of(key, address);
    uint64_t hash = (flows->seed ^ address[0]) * 0x9e3779b97f4a7c15u;
    hash = (hash ^ hash >> 29 ^ address[1]) * 0x9e3779b97f4a7c15u;
    struct host **place = &crowd->hosts[(hash >> 32) % HOSTS];
    while (*place != NULL && memcmp((*place)->address, address, sizeof address))
        place = &(*place)->next;
    return place;
}

static void join_crowd(struct flows *flows, struct crowd *crowd, struct flow *flow) {
    struct host **place = place_of(flows, crowd, &flow->key), *host = *place;
    if (host == NULL) {
        if ((host = *place = calloc(1, sizeof *host)) == NULL) abort();
        address_of(&flow->key, host->address);
        host->flows.before = host->flows.after = &host->flows;
    }
    flow->crowd = crowd;
    flow->host = host;
    host->count++;
    if (flow->owner != NULL) return;
    crowd->count++;
    link_last(&crowd->flows, &flow->in_crowd);
    link_last(&host->flows, &flow->at_host);
}

static void set_rest(struct flow *flow, bool rests) {
    bool may_go = flow->in_crowd.after != NULL;
    flow->moved = false;
    if (rests && !may_go) {
        link_first(&flow->crowd->flows, &flow->in_crowd);
        link_first(&flow->host->flows, &flow->at_host);
    } else if (may_go && !rests) {
        take_out(&flow->in_crowd);
        take_out(&flow->at_host);
        flow->in_crowd.after = NULL;
    }
}

static void leave_crowd(struct flows *flows, struct flow *flow) {
    struct host *host = flow->host;
    if (flow->in_crowd.after != NULL) {
        take_out(&flow->in_crowd);
        take_out(&flow->at_host);
    }
    if (flow->owner == NULL) flow->crowd->count--;
    if (--host->count == 0) {
        *place_of(flows, flow->crowd, &flow->key) = host->next;
        free(host);
    }
    flow->crowd = NULL;
}

/* ---- who goes ---- */

static bool spoke_once(struct flow *flow) { return flow->up <= flow->first && flow->empty < 2; }

static bool in_use(struct flow *flow) {
    if (flow->owner != NULL) return flow->moved;
    if (spoke_once(flow)) return false;
    return flow->moved || flow->crowd->time - flow->last < IN_USE;
}

static struct flow *first_in_queue(struct link *queue, bool own) {
    if (queue->after == queue) return NULL;
    return own ? FLOW_OF(queue->after, at_host) : FLOW_OF(queue->after, in_crowd);
}

/* Who makes room for a newcomer from there; NULL if nobody here can. */
static struct flow *victim(struct flows *flows, struct crowd *crowd, const struct key *key) {
    struct host *host = *place_of(flows, crowd, key);
    bool greedy = host != NULL && 2 * host->count > crowd->count + crowd->known;
    struct link *queue = greedy ? &host->flows : &crowd->flows;
    struct flow *flow = first_in_queue(queue, greedy);
    for (int looks = 0; flow != NULL && looks < LOOKS && in_use(flow); looks++) {
        struct link *link = greedy ? &flow->at_host : &flow->in_crowd;
        take_out(link);
        link_last(queue, link);
        flow = first_in_queue(queue, greedy);
    }
    return flow;
}

static void end_flow(struct relay *relay, struct flow *flow) {
    struct crowd *crowd = flow->crowd;
    struct account *account = &relay->accounts[crowd->account];
    account->count[0] += flow->up;
    account->count[1] += flow->down;
    if (flow->down + flow->empty > SURELY_READ) {
        uint32_t memory[SK_MEMINFO_VARS] = {0};
        socklen_t length = sizeof memory;
        if (!getsockopt(flow->fd, SOL_SOCKET, SO_MEMINFO, memory, &length))
            account->not_read += memory[SK_MEMINFO_DROPS];
    }
    close_later(relay, flow->fd);
    remove_flow(relay, flow);
    free(flow);
}

/* Have somebody go for a newcomer from there; false if nobody here can. */
static bool make_room(struct relay *relay, struct crowd *crowd, const struct key *key) {
    struct flow *flow = victim(relay->flows, crowd, key);
    if (flow == NULL) return false;
    if (flow->owner != NULL) {
        leave_flow(relay, flow, MAKES_ROOM, 0);
    } else {
        relay->accounts[crowd->account].evicted++;
        end_flow(relay, flow);
    }
    return true;
}

/* The slow path looks: those that were silent for so long end. */
static void look(struct relay *relay, struct crowd *crowd, double time, double timeout) {
    crowd->time = time;
    for (struct link *link = crowd->flows.after, *next; link != &crowd->flows; link = next) {
        struct flow *flow = FLOW_OF(link, in_crowd);
        next = link->after;
        if (flow->owner != NULL) continue;
        if (flow->moved) flow->last = time;
        else if (time - flow->last >= timeout) end_flow(relay, flow);
    }
}

static bool converses(struct flow *flow) {
    return flow->moved && (!spoke_once(flow) || flow->down > MUCH);
}

/* ---- who comes ---- */

/* As `source` of udp/sockets.py: answers leave from the address that was spoken to. */
static void set_control(struct flow *flow) {
    struct port *port = flow->port;
    if (!port->told) return;
    struct cmsghdr *head = (struct cmsghdr *)(void *)flow->control;
    if (port->family == AF_INET) {
        struct in_pktinfo info = {.ipi_ifindex = 0};
        memcpy(&info.ipi_spec_dst, flow->key.ours, sizeof info.ipi_spec_dst);
        *head = (struct cmsghdr){CMSG_LEN(sizeof info), IPPROTO_IP, IP_PKTINFO};
        memcpy(CMSG_DATA(head), &info, sizeof info);
        flow->control_size = CMSG_SPACE(sizeof info);
    } else {
        struct in6_pktinfo info = {.ipi6_ifindex = 0};
        if (*(uint8_t *)flow->key.ours != 0xff) /* a multicast cannot be answered from */
            memcpy(&info.ipi6_addr, flow->key.ours, sizeof info.ipi6_addr);
        *head = (struct cmsghdr){CMSG_LEN(sizeof info), IPPROTO_IPV6, IPV6_PKTINFO};
        memcpy(CMSG_DATA(head), &info, sizeof info);
        flow->control_size = CMSG_SPACE(sizeof info);
    }
}

/* A flow for a newcomer; NULL where it is the slow path that has to look at it. */
static struct flow *greet(struct relay *relay, struct port *port, const struct key *key,
                          size_t size) {
    struct flows *flows = relay->flows;
    struct crowd *crowd = port->crowd;
    struct route *route = port->route;
    /* Who is not known here, is it to the slow path? Not if it has lent all it has. And what is
     * left to it already may be the same client's. */
    if (route == NULL || port->known != port->lent || flows->news_count) return NULL;
    if (crowd->count + crowd->known >= crowd->most && !make_room(relay, crowd, key)) return NULL;
    int fd = socket(route->family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return NULL;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    struct flow *flow = NULL;
    if (fd < relay->ceiling && !connect(fd, (struct sockaddr *)&route->address, route->length) &&
        !epoll_ctl(relay->epoll, EPOLL_CTL_ADD, fd, &event))
        flow = calloc(1, sizeof *flow);
    if (flow == NULL) {
        close(fd);
        return NULL;
    }
    flow->fd = fd;
    flow->port = port;
    flow->key = *key;
    flow->first = (long long)size;
    flow->begun = now();
    set_control(flow);
    add_flow(relay, flow);
    join_crowd(flows, crowd, flow);
    relay->accounts[crowd->account].accepted++;
    if (relay->tell_of_young) {
        relay->tell_of_young = false;
        relay->one_is_young = true;
    }
    return flow;
}
