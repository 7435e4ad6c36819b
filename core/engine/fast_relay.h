/* What of the fast path runs without the interpreter's lock: accepting, moving bytes, ending. No
 * object of Python may be touched in here; fast_path.c, which includes this once, is what does.
 * (Datagrams are in fast_flows.h, and the turn that calls both in fast_turn.h.)
 *
 * Whatever is not plain (an error, a peer that takes less than was read, a full buffer, urgent
 * data) is left to the slow path, the classes in tcp/, with all that is known. So none of their
 * rules is in here a second time: nothing is retried, buffered, limited or timed.
 */
#pragma once
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    BUFFER = 64 * 1024,      /* as of the loop, so that a full read means the same */
    MOST_EVENTS = 512,
    ACCEPTS_PER_TURN = 32,   /* as of the forwarder */
    LONGEST_WAIT = 3600000,  /* ms; who waits longer is asked again */
};
static const uint32_t EACH_NEWS = EPOLLIN | EPOLLRDHUP | EPOLLPRI | EPOLLET; /* as of the sides */

/* Why a session is left to the slow path, whose names for it are in tcp/fast.py. */
enum why { EVENT, READ_FAILED, NOT_TAKEN, FULL, CONNECT_FAILED, NOT_WATCHED };

/* ---- what is relayed ---- */

struct half {             /* one side of a session, and the direction that begins there */
    struct session *session;
    int fd;
    bool ended;           /* the end was read here, and passed on */
    long long count;      /* bytes the other side took, or how many more than was told */
};

struct session {
    struct half half[2];  /* the client's, the target's */
    void *owner;          /* the slow path's object for it; NULL while there is none: it is young */
    struct route *route;  /* of a young one */
    struct session *before, *after; /* the young of an account; `after` also chains the free */
    double begun;
    struct sockaddr_in6 client;     /* or a sockaddr_in, which is shorter */
};

struct account {          /* what the young sessions of one mapping come to */
    unsigned long long accepted;
    long long count[2];   /* of those that have ended */
    unsigned long long evicted, not_read; /* of datagrams: flows, and what was lost at them */
    struct session young; /* the head of the list, no session */
    struct route *routes;
    struct crowd *crowd;  /* of datagrams, see fast_crowd.h; NULL while there is none */
    bool open;
};

struct route {            /* where a listener's clients are brought; stays as long as its account */
    int account, family;
    struct sockaddr_storage address;
    socklen_t length;
    bool unpaced;         /* within this computer, see near.py */
    void *where;          /* the same as Python wrote it */
    struct route *next;
};

struct listener {
    int fd, batch;
    unsigned long long last_turn;
    struct route *route;
};

struct slot {             /* whose a descriptor is: of none of these is Python's */
    struct half *half;
    struct listener *listener;
    struct flow *flow;    /* of datagrams, see fast_flows.h */
    struct port *port;
};

struct news {             /* one session for the slow path */
    struct session *session;
    enum why why;
    int side, number;     /* whose event it was; the event's mask or an error number */
    char *left;           /* what was read and not taken */
    size_t left_size;
};

struct relay {
    int epoll, ceiling;
    int spare[2];         /* unconnected sockets, of IPv4 and IPv6; -1 if there is none */
    bool tell_of_young;   /* whether Python is to hear of the next session that begins ... */
    bool one_is_young;    /* ... and it has begun */
    unsigned long long turn;
    double longest;
    struct slot *slots;
    int slot_count;
    struct account *accounts;
    int account_count;
    struct news *news;
    int news_count, news_room;
    int *closing;         /* closed after the turn: one of its events may be about them */
    int closing_count, closing_room;
    struct session *free;
    struct flows *flows;  /* NULL until a mapping for datagrams is served */
    struct epoll_event events[MOST_EVENTS], rest[MOST_EVENTS]; /* what was told; what is Python's */
    int rest_count;
    char buffer[BUFFER];
};

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Room for one more item. There is no way on for a relay without memory for that. */
static void *grown(void *items, int count, int *room, size_t size) {
    if (count < *room) return items;
    *room = *room ? 2 * *room : 64;
    items = realloc(items, (size_t)*room * size);
    if (items == NULL) abort();
    return items;
}

static struct half *other(struct half *half) {
    struct half *both = half->session->half;
    return &both[half == both];
}

static struct account *account_of(struct relay *relay, struct session *session) {
    return &relay->accounts[session->route->account];
}

static void occupy(struct relay *relay, int fd, struct slot slot) {
    if (fd >= relay->slot_count) {
        int had = relay->slot_count, room = had ? had : 256;
        while (room <= fd) room *= 2;
        relay->slots = realloc(relay->slots, (size_t)room * sizeof *relay->slots);
        if (relay->slots == NULL) abort();
        memset(relay->slots + had, 0, (size_t)(room - had) * sizeof *relay->slots);
        relay->slot_count = room;
    }
    relay->slots[fd] = slot;
}

static void close_later(struct relay *relay, int fd) {
    relay->closing = grown(relay->closing, relay->closing_count, &relay->closing_room, sizeof(int));
    relay->closing[relay->closing_count++] = fd;
}

static void close_now(struct relay *relay) {
    while (relay->closing_count) close(relay->closing[--relay->closing_count]);
}

static struct session *new_session(struct relay *relay) {
    struct session *session = relay->free;
    if (session != NULL) relay->free = session->after;
    else if ((session = malloc(sizeof *session)) == NULL) abort();
    return session;
}

static void forget(struct relay *relay, struct session *session) {
    session->after = relay->free;
    relay->free = session;
}

/* Its events are Python's from now on. */
static void leave_slots(struct relay *relay, struct session *session) {
    for (int side = 0; side < 2; side++) relay->slots[session->half[side].fd] = (struct slot){0};
}

static void link_young(struct relay *relay, struct session *session) {
    struct session *head = &account_of(relay, session)->young;
    session->after = head;
    session->before = head->before;
    head->before = head->before->after = session;
}

static void unlink_young(struct session *session) {
    session->before->after = session->after;
    session->after->before = session->before;
}

/* ---- moving bytes ---- */

static struct news *leave(struct relay *relay, struct half *half, enum why why, int number) {
    struct session *session = half->session;
    leave_slots(relay, session);
    if (session->owner == NULL) unlink_young(session);
    relay->news = grown(relay->news, relay->news_count, &relay->news_room, sizeof *relay->news);
    struct news *news = &relay->news[relay->news_count++];
    *news = (struct news){session, why, half != session->half, number, NULL, 0};
    return news;
}

/* Both have ended, in order: close() says the second end as well. */
static void finish(struct relay *relay, struct session *session) {
    struct account *account = account_of(relay, session);
    for (int side = 0; side < 2; side++) {
        account->count[side] += session->half[side].count;
        close_later(relay, session->half[side].fd);
    }
    leave_slots(relay, session);
    unlink_young(session);
    forget(relay, session);
}

/* The end was read. What ends an old session, or one whose connect may still be under way, is
 * not plain. (An end stays where it is: who reads again, reads it again.) */
static void pass_end_on(struct relay *relay, struct half *half, uint32_t mask) {
    struct half *peer = other(half);
    if (half->ended) return;
    if (half->session->owner != NULL || !(half->count || peer->count)) {
        leave(relay, half, EVENT, (int)mask);
    } else if (peer->ended) {
        finish(relay, half->session);
    } else if (shutdown(peer->fd, SHUT_WR)) {
        leave(relay, half, EVENT, (int)mask);
    } else {
        half->ended = true;
    }
}

/* What was sent with MSG_MORE leaves after all (tcp(7), TCP_NODELAY). */
static void push(int fd) {
    int one = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static void read_some(struct relay *relay, struct half *half, uint32_t mask) {
    if (mask & ~(uint32_t)(EPOLLIN | EPOLLRDHUP | EPOLLHUP)) {
        leave(relay, half, EVENT, (int)mask);
        return;
    }
    /* Once the end was told, what comes before it waits for it, so that the last words leave with
     * it in one packet. It does come next: only a young session passes it on by itself. */
    bool ends = mask & (EPOLLRDHUP | EPOLLHUP), young = half->session->owner == NULL, held = false;
    do {
        ssize_t size = recv(half->fd, relay->buffer, BUFFER, 0);
        if (size <= 0) {
            int number = errno;
            if (size < 0 && held) push(other(half)->fd);
            if (size == 0) pass_end_on(relay, half, mask);
            else if (number != EAGAIN) leave(relay, half, READ_FAILED, number);
            return;
        }
        held = ends && young && size < BUFFER;
        ssize_t sent = send(other(half)->fd, relay->buffer, (size_t)size,
                            MSG_NOSIGNAL | (held ? MSG_MORE : 0));
        if (sent < size) {
            int number = sent < 0 ? errno : 0;
            if (sent < 0) sent = 0;
            half->count += sent;
            struct news *news = leave(relay, half, NOT_TAKEN, number);
            news->left_size = (size_t)(size - sent);
            if ((news->left = malloc(news->left_size)) == NULL) abort();
            memcpy(news->left, relay->buffer + sent, news->left_size);
            return;
        }
        half->count += size;
        if (size == BUFFER) {
            leave(relay, half, FULL, 0);
            return;
        }
        /* Edge-triggered, and a short read took everything; but an end that was told is no new
         * edge any more. */
    } while (ends);
}

/* ---- accepting ---- */

static int take_spare(struct relay *relay, int family) {
    int *kept = &relay->spare[family == AF_INET6], fd = *kept, one = 1;
    *kept = -1;
    if (fd < 0) {
        fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd >= 0 && (fd >= relay->ceiling ||
                        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one))) {
            close(fd);
            fd = -1;
        }
    }
    return fd;
}

static void begin(struct relay *relay, struct route *route, int client, int target,
                  const struct sockaddr_in6 *address) {
    struct session *session = new_session(relay);
    *session = (struct session){.route = route, .begun = now(), .client = *address};
    int fds[2] = {client, target};
    for (int side = 0; side < 2; side++) {
        session->half[side] = (struct half){.session = session, .fd = fds[side]};
        occupy(relay, fds[side], (struct slot){.half = &session->half[side]});
    }
    link_young(relay, session);
    account_of(relay, session)->accepted++;
    if (relay->tell_of_young) {
        relay->tell_of_young = false;
        relay->one_is_young = true;
    }
    if (route->unpaced) setsockopt(target, IPPROTO_TCP, TCP_CONGESTION, "reno", 4);
    if (connect(target, (struct sockaddr *)&route->address, route->length) &&
        errno != EINPROGRESS) {
        leave(relay, &session->half[1], CONNECT_FAILED, errno);
        return;
    }
    for (int side = 0; side < 2; side++) {
        struct epoll_event event = {.events = EACH_NEWS, .data.fd = fds[side]};
        if (epoll_ctl(relay->epoll, EPOLL_CTL_ADD, fds[side], &event)) {
            if (side) epoll_ctl(relay->epoll, EPOLL_CTL_DEL, client, NULL);
            leave(relay, &session->half[side], NOT_WATCHED, 0);
            return;
        }
    }
}

/* Accepts up to a batch; false if something stands in the way, which the slow path then meets. */
static bool accept_some(struct relay *relay, struct listener *listener) {
    /* Ready in one turn and again in the next: clients come faster than they are taken. Asking
     * for more than there are costs a system call. */
    bool in_a_row = relay->turn == listener->last_turn + 1;
    listener->last_turn = relay->turn;
    listener->batch = in_a_row ? 2 * listener->batch : 1;
    if (listener->batch > ACCEPTS_PER_TURN) listener->batch = ACCEPTS_PER_TURN;
    struct route *route = listener->route;
    for (int done = 0; done < listener->batch; done++) {
        /* The target's socket first: without one, the client stays in the backlog. */
        int target = take_spare(relay, route->family);
        if (target < 0) return false;
        struct sockaddr_in6 address;
        socklen_t length = sizeof address;
        int client = accept4(listener->fd, (struct sockaddr *)&address, &length,
                             SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client < 0) {
            int number = errno;
            relay->spare[route->family == AF_INET6] = target;
            listener->batch = done > 1 ? done / 2 : 1;
            return number == EAGAIN;
        }
        begin(relay, route, client, target, &address);
    }
    return true;
}
