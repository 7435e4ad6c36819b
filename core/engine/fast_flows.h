/* Flows, the datagrams' part of the fast path, without the interpreter's lock: who they are, how
 * they are found, and what is left to the slow path, the classes in udp/.
 *
 * A *port* is a listener of the slow path, and a *flow* what one client says and hears there: each
 * datagram of the client goes to the flow's socket as it is, and each answer back from the port.
 * Most are sessions of the slow path that are lent. What is not plain (a client that is not let in
 * by everybody's rule, an error, a datagram that is not taken) is left to it, in the order in which
 * it came. So none of its rules is in here a second time, but those of fast_crowd.h.
 */
#pragma once
#include "fast_relay.h"

enum {
    BATCH = 64,                /* as of udp/batch.py, as are the next two */
    LARGEST = 65536,
    STRIDE = LARGEST + 1280,
    ARENA = 4 * LARGEST,       /* answers lie in it one behind the other */
    CONTROL = 64,
    BULK_RUN = 4,              /* as of udp/batched_listener.py */
};

/* Why the slow path hears of something, whose names for it are in udp/fast.py. */
enum tidings { CAME, NOT_SENT, ANSWER_FAILED, PORT_FAILED, ANSWER_NOT_TAKEN, BULKY, MAKES_ROOM };

struct key {                   /* who speaks, and to which address of ours if that is told */
    union {
        struct sockaddr_in6 name;  /* of IPv4 the first eight bytes, the rest is 0 */
        uint64_t name_word[4];
    };
    uint64_t ours[2];
};

struct flows;
struct link { struct link *before, *after; };

struct port {
    int fd, family;
    bool told;                 /* whether the system tells which address of ours was spoken to */
    int flow_count;
    struct route *route;       /* where newcomers are brought; NULL if that is not for us */
    struct crowd *crowd;
    int known, lent;           /* how many sessions the slow path has here, and has lent */
};

struct flow {
    int fd, listener;          /* its socket, and that of its port */
    struct port *port;
    void *owner;               /* the slow path's object for it; NULL while there is none */
    struct key key;
    uint64_t hash;
    long long up, down, empty; /* bytes, and datagrams of none, since it was last asked */
    int latest;                /* who spoke last since then: 1 the client, -1 the target, 0 none */
    size_t control_size;       /* what makes an answer leave from the address spoken to */
    char control[CONTROL];

    struct crowd *crowd;       /* the mapping's; NULL if that does not welcome newcomers */
    struct host *host;
    struct link in_crowd, at_host; /* of who may make room; NULL if it may not */
    long long first;           /* of a young one, as is what follows: its first datagram's size */
    bool moved;                /* since the last look */
    double begun, last;        /* by our clock; when it had moved, by the slow path's, or 0 */
};

static void leave_crowd(struct flows *flows, struct flow *flow);

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
    flow->listener = flow->port->fd;
    flow->port->flow_count++;
    flow->port->lent += flow->owner != NULL;
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
    flow->port->lent -= flow->owner != NULL;
    if (flow->crowd != NULL) leave_crowd(flows, flow);
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
