/* The fast path, for Linux: a poller that relays plain sessions by itself; see fast_path.pyi.
 *
 * It is epoll for all channels of the loop, and knows one thing more: how to accept a client, to
 * connect to the one target there is, and to copy what the two say until both have ended. Whatever
 * is not plain (an error, a peer that takes less than was read, a full buffer, urgent data) it
 * leaves to the slow path, the classes in tcp/, with all that is known, and for good. So no rule
 * of theirs is in here a second time: nothing is retried, buffered, limited or timed.
 *
 * `poll` runs without the interpreter's lock, and comes back only when there is something for
 * Python. Until then nothing in here may touch an object.
 */
#define PY_SSIZE_T_CLEAN
#define _GNU_SOURCE /* accept4() */
#include <Python.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "addresses.h"

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
    PyObject *owner;      /* the slow path's object for it; NULL while there is none: it is young */
    struct route *route;  /* of a young one */
    struct session *before, *after; /* the young of an account; `after` also chains the free */
    double begun;
    struct sockaddr_storage client;
};

struct account {          /* what the young sessions of one mapping come to */
    unsigned long long accepted;
    long long count[2];   /* of those that have ended */
    struct session young; /* the head of the list, no session */
    struct route *routes;
    bool open;
};

struct route {            /* where a listener's clients are brought; stays as long as its account */
    int account, family;
    struct sockaddr_storage address;
    socklen_t length;
    PyObject *where;      /* as Python wrote it */
    struct route *next;
};

struct listener {
    int fd, batch;
    unsigned long long last_turn;
    struct route *route;
};

struct slot {             /* whose a descriptor is: of neither is Python's */
    struct half *half;
    struct listener *listener;
};

struct news {             /* one session for the slow path */
    struct session *session;
    enum why why;
    int side, number;     /* whose event it was; the event's mask or an error number */
    char *left;           /* what was read and not taken */
    size_t left_size;
};

typedef struct {
    PyObject_HEAD
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
    struct epoll_event *events, *rest; /* what the poller said; what of that is Python's */
    int rest_count;
    char buffer[BUFFER];
} FastPath;

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

static struct account *account_of(FastPath *self, struct session *session) {
    return &self->accounts[session->route->account];
}

static void occupy(FastPath *self, int fd, struct slot slot) {
    if (fd >= self->slot_count) {
        int had = self->slot_count, room = had ? had : 256;
        while (room <= fd) room *= 2;
        self->slots = realloc(self->slots, (size_t)room * sizeof *self->slots);
        if (self->slots == NULL) abort();
        memset(self->slots + had, 0, (size_t)(room - had) * sizeof *self->slots);
        self->slot_count = room;
    }
    self->slots[fd] = slot;
}

static void close_later(FastPath *self, int fd) {
    self->closing = grown(self->closing, self->closing_count, &self->closing_room, sizeof(int));
    self->closing[self->closing_count++] = fd;
}

static void close_now(FastPath *self) {
    while (self->closing_count) close(self->closing[--self->closing_count]);
}

static struct session *new_session(FastPath *self) {
    struct session *session = self->free;
    if (session != NULL) self->free = session->after;
    else if ((session = malloc(sizeof *session)) == NULL) abort();
    return session;
}

static void forget(FastPath *self, struct session *session) {
    session->after = self->free;
    self->free = session;
}

/* Its events are Python's from now on. */
static void leave_slots(FastPath *self, struct session *session) {
    for (int side = 0; side < 2; side++) self->slots[session->half[side].fd] = (struct slot){0};
}

static void link_young(FastPath *self, struct session *session) {
    struct session *head = &account_of(self, session)->young;
    session->before = head;
    session->after = head->after;
    head->after = head->after->before = session;
}

static void unlink_young(struct session *session) {
    session->before->after = session->after;
    session->after->before = session->before;
}

/* ---- moving bytes; from here on without the interpreter's lock ---- */

static struct news *leave(FastPath *self, struct half *half, enum why why, int number) {
    struct session *session = half->session;
    leave_slots(self, session);
    if (session->owner == NULL) unlink_young(session);
    self->news = grown(self->news, self->news_count, &self->news_room, sizeof *self->news);
    struct news *news = &self->news[self->news_count++];
    *news = (struct news){session, why, half != session->half, number, NULL, 0};
    return news;
}

/* Both have ended, in order: close() says the second end as well. */
static void finish(FastPath *self, struct session *session) {
    struct account *account = account_of(self, session);
    for (int side = 0; side < 2; side++) {
        account->count[side] += session->half[side].count;
        close_later(self, session->half[side].fd);
    }
    leave_slots(self, session);
    unlink_young(session);
    forget(self, session);
}

/* The end was read. What ends an old session, or one whose connect may still be under way, is
 * not plain. (An end stays where it is: who reads again, reads it again.) */
static void pass_end_on(FastPath *self, struct half *half, uint32_t mask) {
    struct half *peer = other(half);
    if (half->ended) return;
    if (half->session->owner != NULL || !(half->count || peer->count)) {
        leave(self, half, EVENT, (int)mask);
    } else if (peer->ended) {
        finish(self, half->session);
    } else if (shutdown(peer->fd, SHUT_WR)) {
        leave(self, half, EVENT, (int)mask);
    } else {
        half->ended = true;
    }
}

static void read_some(FastPath *self, struct half *half, uint32_t mask) {
    if (mask & ~(uint32_t)(EPOLLIN | EPOLLRDHUP | EPOLLHUP)) {
        leave(self, half, EVENT, (int)mask);
        return;
    }
    do {
        ssize_t size = recv(half->fd, self->buffer, BUFFER, 0);
        if (size <= 0) {
            if (size == 0) pass_end_on(self, half, mask);
            else if (errno != EAGAIN) leave(self, half, READ_FAILED, errno);
            return;
        }
        ssize_t sent = send(other(half)->fd, self->buffer, (size_t)size, MSG_NOSIGNAL);
        if (sent < size) {
            int number = sent < 0 ? errno : 0;
            if (sent < 0) sent = 0;
            half->count += sent;
            struct news *news = leave(self, half, NOT_TAKEN, number);
            news->left_size = (size_t)(size - sent);
            if ((news->left = malloc(news->left_size)) == NULL) abort();
            memcpy(news->left, self->buffer + sent, news->left_size);
            return;
        }
        half->count += size;
        if (size == BUFFER) {
            leave(self, half, FULL, 0);
            return;
        }
        /* Edge-triggered, and a short read took everything; but an end that was told is no new
         * edge any more. */
    } while (mask & (EPOLLRDHUP | EPOLLHUP));
}

/* ---- accepting ---- */

static int take_spare(FastPath *self, int family) {
    int *kept = &self->spare[family == AF_INET6], fd = *kept, one = 1;
    *kept = -1;
    if (fd < 0) {
        fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (fd >= 0 && (fd >= self->ceiling ||
                        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one))) {
            close(fd);
            fd = -1;
        }
    }
    return fd;
}

static void begin(FastPath *self, struct route *route, int client, int target,
                  const struct sockaddr_storage *address) {
    struct session *session = new_session(self);
    *session = (struct session){.route = route, .begun = now(), .client = *address};
    int fds[2] = {client, target};
    for (int side = 0; side < 2; side++) {
        session->half[side] = (struct half){.session = session, .fd = fds[side]};
        occupy(self, fds[side], (struct slot){.half = &session->half[side]});
    }
    link_young(self, session);
    account_of(self, session)->accepted++;
    if (self->tell_of_young) {
        self->tell_of_young = false;
        self->one_is_young = true;
    }
    if (connect(target, (struct sockaddr *)&route->address, route->length) &&
        errno != EINPROGRESS) {
        leave(self, &session->half[1], CONNECT_FAILED, errno);
        return;
    }
    for (int side = 0; side < 2; side++) {
        struct epoll_event event = {.events = EACH_NEWS, .data.fd = fds[side]};
        if (epoll_ctl(self->epoll, EPOLL_CTL_ADD, fds[side], &event)) {
            if (side) epoll_ctl(self->epoll, EPOLL_CTL_DEL, client, NULL);
            leave(self, &session->half[side], NOT_WATCHED, 0);
            return;
        }
    }
}

/* Accepts up to a batch; false if something stands in the way, which the slow path then meets. */
static bool accept_some(FastPath *self, struct listener *listener) {
    /* Ready in one turn and again in the next: clients come faster than they are taken. Asking
     * for more than there are costs a system call. */
    bool in_a_row = self->turn == listener->last_turn + 1;
    listener->last_turn = self->turn;
    listener->batch = in_a_row ? 2 * listener->batch : 1;
    if (listener->batch > ACCEPTS_PER_TURN) listener->batch = ACCEPTS_PER_TURN;
    struct route *route = listener->route;
    for (int done = 0; done < listener->batch; done++) {
        /* The target's socket first: without one, the client stays in the backlog. */
        int target = take_spare(self, route->family);
        if (target < 0) return false;
        struct sockaddr_storage address;
        socklen_t length = sizeof address;
        int client = accept4(listener->fd, (struct sockaddr *)&address, &length,
                             SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client < 0) {
            int number = errno;
            self->spare[route->family == AF_INET6] = target;
            listener->batch = done > 1 ? done / 2 : 1;
            return number == EAGAIN;
        }
        begin(self, route, client, target, &address);
    }
    return true;
}

/* ---- the turn ---- */

static void take_turn(FastPath *self, int count) {
    self->turn++;
    for (int i = 0; i < count; i++) {
        struct epoll_event *event = &self->events[i];
        int fd = event->data.fd;
        struct slot slot = fd < self->slot_count ? self->slots[fd] : (struct slot){0};
        if (slot.half != NULL) read_some(self, slot.half, event->events);
        else if (slot.listener == NULL || event->events != EPOLLIN ||
                 !accept_some(self, slot.listener))
            self->rest[self->rest_count++] = *event;
    }
}

/* 0, or the error number that epoll_wait() gave. */
static int run(FastPath *self, double timeout, int limit) {
    double end = timeout < 0 ? 0 : now() + timeout, wait = timeout;
    for (;;) {
        int ms = wait < 0 || wait > LONGEST_WAIT / 1e3 ? LONGEST_WAIT : (int)(wait * 1e3 + 0.999);
        int count = epoll_wait(self->epoll, self->events, limit, ms);
        if (count < 0) return errno;
        double woke = now();
        take_turn(self, count);
        close_now(self);
        double done = now();
        if (done - woke > self->longest) self->longest = done - woke;
        if (self->rest_count || self->news_count || self->one_is_young) return 0;
        if (timeout >= 0 && (wait = end - done) <= 0) return 0;
    }
}

/* ---- what Python calls; with the lock again ---- */

static PyObject *failure(int number) {
    errno = number;
    return PyErr_SetFromErrno(PyExc_OSError);
}

static PyObject *fast_poll(FastPath *self, PyObject *arguments) {
    double timeout;
    int limit, number;
    if (!PyArg_ParseTuple(arguments, "di", &timeout, &limit)) return NULL;
    if (limit < 1 || limit > MOST_EVENTS) limit = MOST_EVENTS;
    self->rest_count = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        number = run(self, timeout, limit);
        Py_END_ALLOW_THREADS
        if (number == EINTR && PyErr_CheckSignals()) return NULL;
    } while (number == EINTR);
    if (number) return failure(number);
    /* Sessions that are left to Python come first, under the poller's own number: some of the
     * other events may be about their sockets. */
    bool own = self->news_count || self->one_is_young;
    PyObject *found = PyList_New(self->rest_count + own);
    if (found == NULL) return NULL;
    for (int i = 0; i < self->rest_count + own; i++) {
        struct epoll_event *event = &self->rest[i - own];
        int fd = own && i == 0 ? self->epoll : event->data.fd;
        unsigned mask = own && i == 0 ? EPOLLIN : event->events;
        PyObject *item = Py_BuildValue("iI", fd, mask);
        if (item == NULL) {
            Py_DECREF(found);
            return NULL;
        }
        PyList_SET_ITEM(found, i, item);
    }
    return found;
}

static PyObject *control(FastPath *self, int operation, PyObject *arguments) {
    int fd;
    unsigned mask = 0;
    if (!PyArg_ParseTuple(arguments, "i|I", &fd, &mask)) return NULL;
    struct epoll_event event = {.events = mask, .data.fd = fd};
    if (epoll_ctl(self->epoll, operation, fd, &event)) return failure(errno);
    Py_RETURN_NONE;
}

static PyObject *fast_register(FastPath *self, PyObject *arguments) {
    return control(self, EPOLL_CTL_ADD, arguments);
}

static PyObject *fast_modify(FastPath *self, PyObject *arguments) {
    return control(self, EPOLL_CTL_MOD, arguments);
}

static PyObject *fast_unregister(FastPath *self, PyObject *arguments) {
    return control(self, EPOLL_CTL_DEL, arguments);
}

static PyObject *fast_fileno(FastPath *self, PyObject *Py_UNUSED(nothing)) {
    return PyLong_FromLong(self->epoll);
}

static PyObject *fast_take_longest_turn(FastPath *self, PyObject *Py_UNUSED(nothing)) {
    double longest = self->longest;
    self->longest = 0;
    return PyFloat_FromDouble(longest);
}

static PyObject *fast_tell_of_young(FastPath *self, PyObject *Py_UNUSED(nothing)) {
    self->tell_of_young = true;
    Py_RETURN_NONE;
}

/* ---- accounts and listeners ---- */

static struct account *an_account(FastPath *self, int number) {
    if (number >= 0 && number < self->account_count && self->accounts[number].open)
        return &self->accounts[number];
    PyErr_SetString(PyExc_LookupError, "there is no such account");
    return NULL;
}

static PyObject *fast_open_account(FastPath *self, PyObject *Py_UNUSED(nothing)) {
    int number = 0;
    while (number < self->account_count && self->accounts[number].open) number++;
    if (number == self->account_count) {
        /* The lists of the young point at their heads, so they move by being linked anew. */
        int room = number ? 2 * number : 16;
        struct account *accounts = calloc((size_t)room, sizeof *accounts);
        if (accounts == NULL) return PyErr_NoMemory();
        for (int i = 0; i < number; i++) {
            struct session *head = &accounts[i].young, *was = &self->accounts[i].young;
            accounts[i] = self->accounts[i];
            if (head->after == was) head->before = head->after = head;
            else head->after->before = head->before->after = head;
        }
        free(self->accounts);
        self->accounts = accounts;
        self->account_count = room;
    }
    struct account *account = &self->accounts[number];
    *account = (struct account){.open = true};
    account->young.before = account->young.after = &account->young;
    return PyLong_FromLong(number);
}

static void end_account(struct account *account) {
    while (account->routes != NULL) {
        struct route *route = account->routes;
        account->routes = route->next;
        Py_DECREF(route->where);
        free(route);
    }
    account->open = false;
}

static PyObject *fast_close_account(FastPath *self, PyObject *which) {
    struct account *account = an_account(self, (int)PyLong_AsLong(which));
    if (account == NULL) return NULL;
    if (account->young.after != &account->young) {
        PyErr_SetString(PyExc_RuntimeError, "sessions of this account are still open");
        return NULL;
    }
    end_account(account);
    Py_RETURN_NONE;
}

static PyObject *fast_collect(FastPath *self, PyObject *which) {
    struct account *account = an_account(self, (int)PyLong_AsLong(which));
    if (account == NULL) return NULL;
    PyObject *sums = Py_BuildValue("KLL", account->accepted, account->count[0], account->count[1]);
    account->accepted = 0;
    account->count[0] = account->count[1] = 0;
    return sums;
}

static struct route *a_route(FastPath *self, int number, int family, PyObject *where) {
    struct account *account = an_account(self, number);
    if (account == NULL) return NULL;
    for (struct route *route = account->routes; route != NULL; route = route->next) {
        int same = PyObject_RichCompareBool(route->where, where, Py_EQ);
        if (same) return same < 0 ? NULL : route;
    }
    struct route *route = calloc(1, sizeof *route);
    if (route == NULL) return (struct route *)PyErr_NoMemory();
    route->account = number;
    route->family = family;
    if (!to_address(where, family, &route->address, &route->length)) {
        free(route);
        return NULL;
    }
    Py_INCREF(where);
    route->where = where;
    route->next = account->routes;
    account->routes = route;
    return route;
}

static PyObject *fast_serve(FastPath *self, PyObject *arguments) {
    int fd, number, family;
    PyObject *where;
    if (!PyArg_ParseTuple(arguments, "iiiO!", &fd, &number, &family, &PyTuple_Type, &where))
        return NULL;
    struct route *route = a_route(self, number, family, where);
    if (route == NULL) return NULL;
    struct listener *listener = fd < self->slot_count ? self->slots[fd].listener : NULL;
    if (listener == NULL) {
        listener = calloc(1, sizeof *listener);
        if (listener == NULL) return PyErr_NoMemory();
        listener->fd = fd;
        listener->batch = 1;
        occupy(self, fd, (struct slot){.listener = listener});
    }
    listener->route = route;
    Py_RETURN_NONE;
}

static PyObject *fast_leave(FastPath *self, PyObject *which) {
    long fd = PyLong_AsLong(which);
    if (fd == -1 && PyErr_Occurred()) return NULL;
    if (fd >= 0 && fd < self->slot_count && self->slots[fd].listener != NULL) {
        free(self->slots[fd].listener);
        self->slots[fd] = (struct slot){0};
    }
    Py_RETURN_NONE;
}

/* ---- sessions that come and go ---- */

/* What is known of a session that Python has no object for; frees it. */
static PyObject *described(FastPath *self, struct session *session) {
    struct half *up = &session->half[0], *down = &session->half[1];
    PyObject *all = Py_BuildValue(
        "iiiONdLLNN", session->route->account, up->fd, down->fd, session->route->where,
        from_address(&session->client), now() - session->begun, up->count, down->count,
        PyBool_FromLong(up->ended), PyBool_FromLong(down->ended));
    forget(self, session);
    return all;
}

/* What moved since it was last asked; frees a session that Python has an object for. */
static PyObject *counted(FastPath *self, struct session *session) {
    PyObject *all = Py_BuildValue("NLL", session->owner, session->half[0].count,
                                  session->half[1].count);
    forget(self, session);
    return all;
}

static PyObject *fast_take_young(FastPath *self, PyObject *which) {
    struct account *account = an_account(self, (int)PyLong_AsLong(which));
    PyObject *all = account == NULL ? NULL : PyList_New(0);
    if (all == NULL) return NULL;
    while (account->young.after != &account->young) {
        struct session *session = account->young.after;
        leave_slots(self, session);
        unlink_young(session);
        PyObject *one = described(self, session);
        if (one == NULL || PyList_Append(all, one)) {
            Py_XDECREF(one);
            Py_DECREF(all);
            return NULL;
        }
        Py_DECREF(one);
    }
    return all;
}

static PyObject *fast_take_news(FastPath *self, PyObject *Py_UNUSED(nothing)) {
    PyObject *all = PyList_New(self->news_count);
    if (all == NULL) return NULL;
    for (int i = 0; i < self->news_count; i++) {
        struct news *news = &self->news[i];
        PyObject *session = news->session->owner != NULL ? counted(self, news->session)
                                                         : described(self, news->session);
        PyObject *one = Py_BuildValue("Niiiy#", session, news->why, news->side, news->number,
                                      news->left == NULL ? "" : news->left,
                                      (Py_ssize_t)news->left_size);
        free(news->left);
        if (one == NULL) {
            Py_DECREF(all);
            return NULL;
        }
        PyList_SET_ITEM(all, i, one);
    }
    self->news_count = 0;
    self->one_is_young = false;
    return all;
}

static PyObject *fast_carry(FastPath *self, PyObject *arguments) {
    PyObject *owner;
    int fds[2];
    if (!PyArg_ParseTuple(arguments, "Oii", &owner, &fds[0], &fds[1])) return NULL;
    struct session *session = new_session(self);
    *session = (struct session){.owner = owner};
    Py_INCREF(owner);
    for (int side = 0; side < 2; side++) {
        session->half[side] = (struct half){.session = session, .fd = fds[side]};
        occupy(self, fds[side], (struct slot){.half = &session->half[side]});
    }
    Py_RETURN_NONE;
}

static struct session *carried(FastPath *self, PyObject *which) {
    long fd = PyLong_AsLong(which);
    if (fd >= 0 && fd < self->slot_count && self->slots[fd].half != NULL &&
        self->slots[fd].half->session->owner != NULL)
        return self->slots[fd].half->session;
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_LookupError, "no such session is carried");
    return NULL;
}

static PyObject *fast_counts(FastPath *self, PyObject *which) {
    struct session *session = carried(self, which);
    if (session == NULL) return NULL;
    PyObject *both = Py_BuildValue("LL", session->half[0].count, session->half[1].count);
    session->half[0].count = session->half[1].count = 0;
    return both;
}

static PyObject *fast_take_back(FastPath *self, PyObject *which) {
    struct session *session = carried(self, which);
    if (session == NULL) return NULL;
    leave_slots(self, session);
    return counted(self, session);
}

/* ---- the class ---- */

static void drop(FastPath *self, struct session *session) {
    for (int side = 0; side < 2 && session->owner == NULL; side++) close(session->half[side].fd);
    Py_XDECREF(session->owner);
    forget(self, session);
}

static PyObject *fast_close(FastPath *self, PyObject *Py_UNUSED(nothing)) {
    for (int fd = 0; fd < self->slot_count; fd++) {
        struct slot slot = self->slots[fd];
        if (slot.listener != NULL) free(slot.listener);
        if (slot.half == NULL) continue;
        leave_slots(self, slot.half->session);
        drop(self, slot.half->session);
    }
    while (self->news_count) {
        struct news *news = &self->news[--self->news_count];
        free(news->left);
        drop(self, news->session);
    }
    for (int i = 0; i < self->account_count; i++)
        if (self->accounts[i].open) end_account(&self->accounts[i]);
    for (int i = 0; i < 2; i++) {
        if (self->spare[i] >= 0) close(self->spare[i]);
        self->spare[i] = -1;
    }
    while (self->free != NULL) {
        struct session *session = self->free;
        self->free = session->after;
        free(session);
    }
    free(self->slots);
    free(self->accounts);
    self->slots = NULL;
    self->accounts = NULL;
    self->slot_count = self->account_count = 0;
    if (self->epoll >= 0) close(self->epoll);
    self->epoll = -1;
    Py_RETURN_NONE;
}

static PyObject *fast_new(PyTypeObject *type, PyObject *arguments, PyObject *Py_UNUSED(named)) {
    int ceiling = 1 << 30;
    if (!PyArg_ParseTuple(arguments, "|i", &ceiling)) return NULL;
    FastPath *self = (FastPath *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->ceiling = ceiling;
    self->tell_of_young = true;
    self->spare[0] = self->spare[1] = -1;
    self->events = calloc(MOST_EVENTS, sizeof *self->events);
    self->rest = calloc(MOST_EVENTS, sizeof *self->rest);
    self->epoll = epoll_create1(EPOLL_CLOEXEC);
    int number = errno;
    if (self->events == NULL || self->rest == NULL || self->epoll < 0) {
        Py_DECREF(self);
        return failure(number);
    }
    return (PyObject *)self;
}

static void fast_dealloc(FastPath *self) {
    PyTypeObject *type = Py_TYPE(self);
    Py_XDECREF(fast_close(self, NULL));
    free(self->news);
    free(self->closing);
    free(self->events);
    free(self->rest);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

static PyMethodDef fast_methods[] = {
    {"carry", (PyCFunction)fast_carry, METH_VARARGS, NULL},
    {"close", (PyCFunction)fast_close, METH_NOARGS, NULL},
    {"close_account", (PyCFunction)fast_close_account, METH_O, NULL},
    {"collect", (PyCFunction)fast_collect, METH_O, NULL},
    {"counts", (PyCFunction)fast_counts, METH_O, NULL},
    {"fileno", (PyCFunction)fast_fileno, METH_NOARGS, NULL},
    {"leave", (PyCFunction)fast_leave, METH_O, NULL},
    {"modify", (PyCFunction)fast_modify, METH_VARARGS, NULL},
    {"open_account", (PyCFunction)fast_open_account, METH_NOARGS, NULL},
    {"poll", (PyCFunction)fast_poll, METH_VARARGS, NULL},
    {"register", (PyCFunction)fast_register, METH_VARARGS, NULL},
    {"serve", (PyCFunction)fast_serve, METH_VARARGS, NULL},
    {"take_back", (PyCFunction)fast_take_back, METH_O, NULL},
    {"take_longest_turn", (PyCFunction)fast_take_longest_turn, METH_NOARGS, NULL},
    {"take_news", (PyCFunction)fast_take_news, METH_NOARGS, NULL},
    {"take_young", (PyCFunction)fast_take_young, METH_O, NULL},
    {"tell_of_young", (PyCFunction)fast_tell_of_young, METH_NOARGS, NULL},
    {"unregister", (PyCFunction)fast_unregister, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot fast_slots[] = {
    {Py_tp_new, fast_new},
    {Py_tp_dealloc, fast_dealloc},
    {Py_tp_methods, fast_methods},
    {0, NULL},
};
static PyType_Spec fast_spec = {
    .name = "core.engine.fast_path.FastPath",
    .basicsize = sizeof(FastPath),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = fast_slots,
};

static int fast_exec(PyObject *module) {
    PyObject *type = PyType_FromSpec(&fast_spec);
    int result = type == NULL ? -1 : PyModule_AddObjectRef(module, "FastPath", type);
    Py_XDECREF(type);
    return result;
}

static PyModuleDef_Slot fast_module_slots[] = {
    {Py_mod_exec, fast_exec},
    {0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "fast_path",
    .m_slots = fast_module_slots,
};

PyMODINIT_FUNC PyInit_fast_path(void) { return PyModuleDef_Init(&definition); }
