/* Load generator and target of the benchmarks, both in one epoll loop; no relay lives here, and
 * nothing here knows which relay it measures.
 *
 *     load scenario=short|paced|rtt|bulk|idle listener=FD port=PORT [seconds=1 warmup=0.2
 *          connections=32 rate=0 idle=0 pids=PID,PID]
 *
 * Target: serves the inherited listening socket FD. A connection's first byte says what it wants:
 * 'E' = echo whole messages, 'O' = echo once, then close, 'S' = sink, throw everything away.
 * Client: connects to 127.0.0.1:PORT, the relay's listener (or the target's own).
 * First `idle` connections are opened, each proven by one echo, and kept; then the scenario warms
 * up; then it is measured for `seconds`. PIDs are the relay's processes: their CPU time is read at
 * both ends of the very window in which units are counted. One line of JSON tells the result.
 * `short` begins a connection as another one ends; `paced` begins `rate` of the same a second, as
 * long as fewer than `connections` are under way.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "meter.h"

enum {
    MESSAGE = 64,
    BLOCK = 1024 * 1024,    /* fewer, larger turns keep the generator ahead of a fast relay */
    BATCH = 256,
    OPENING_AT_ONCE = 64,
    OPENING_SECONDS = 60,
    MAX_ERRORS = 1000,      /* a relay that refuses everything must not keep us spinning */
    SOURCES = 32,           /* client addresses 127.0.0.2 ... : each has its own ephemeral ports */
};

enum role {
    FREE,
    LISTENER, FRESH, ECHO, ONCE, SINK,         /* the target's side */
    SHORT, PING, OPENING, QUIET, STREAM,       /* the client's side */
};

struct channel {            /* what one descriptor is for; the table is indexed by it */
    enum role role;
    bool connected;
    int got;
    int64_t since;          /* when the unit of work began, ns */
    char sent[MESSAGE], in[MESSAGE];
};

static struct channel *channels;
static int poller, limit;
static struct sockaddr_in relay = {.sin_family = AF_INET};
static char block[BLOCK];
static int quiet, opening;                     /* idle connections: proven, on the way */
static double rate;                            /* `paced`: connections to begin a second, else 0 */
static int most_under_way, under_way;          /* of those */
static uint64_t sunk, serial;                  /* bytes that reached the sink, messages sent */

/* ---- channels ---- */

static struct channel *add(int fd, enum role role, uint32_t events) {
    if (fd >= limit) die("out of descriptors");
    struct epoll_event e = {.events = events, .data.fd = fd};
    if (epoll_ctl(poller, EPOLL_CTL_ADD, fd, &e)) die("epoll_ctl");
    channels[fd] = (struct channel){.role = role};
    return &channels[fd];
}

static void release(int fd) {
    channels[fd].role = FREE;
    close(fd);
}

static void count_error(void) {
    if (++errors > MAX_ERRORS) die("too many errors");
}

static void open_client(enum role role) {
    static unsigned turn;
    struct sockaddr_in source = {.sin_family = AF_INET};
    int one = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) die("socket");
    /* Every closed connection rests a minute in TIME_WAIT; one source address has only some
     * 28,000 ports, so the client spreads. The port is chosen at connect, per destination. */
    source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + turn++ % SOURCES);
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (bind(fd, (struct sockaddr *)&source, sizeof source)) die("bind");
    if (connect(fd, (struct sockaddr *)&relay, sizeof relay) && errno != EINPROGRESS)
        die("connect");
    /* The stream wants to hear of room while there is room; the others are called once per edge,
     * so that one registration serves for connect and answer. */
    struct channel *c = add(fd, role, role == STREAM ? EPOLLOUT : EPOLLIN | EPOLLOUT | EPOLLET);
    c->since = now();
}

/* One of the load's connections is over. */
static void next_client(enum role role) {
    if (rate > 0) under_way--;
    else open_client(role);
}

static void client_failed(int fd) {
    enum role role = channels[fd].role;
    release(fd);
    count_error();
    if (role == OPENING) opening--;
    else if (role == QUIET) quiet--;
    else next_client(role);
}

/* ---- the client's side ---- */

static void send_message(int fd) {
    struct channel *c = &channels[fd];
    memset(c->sent, c->role == SHORT ? 'O' : 'E', MESSAGE);
    serial++;
    memcpy(c->sent + 8, &serial, sizeof serial);
    c->got = 0;
    if (c->role == PING) c->since = now();     /* the others' unit began with the connect */
    if (send(fd, c->sent, MESSAGE, MSG_NOSIGNAL) != MESSAGE) client_failed(fd);
}

static bool intact(int fd) {
    return !memcmp(channels[fd].in, channels[fd].sent, MESSAGE);
}

static void message_returned(int fd) {
    struct channel *c = &channels[fd];
    if (!intact(fd)) {
        client_failed(fd);
    } else if (c->role == OPENING) {
        c->role = QUIET;
        opening--;
        quiet++;
    } else {
        units++;
        record(now() - c->since);
        send_message(fd);
    }
}

/* A short connection is done when its answer and then its end came through. It is the target that
 * ends it, so that TIME_WAIT falls to sockets on listening ports. Were the client first, each of
 * the relay's connections to the target would leave an ephemeral port in TIME_WAIT, and soon most
 * of the relay's CPU time would be connect() looking for a free one; or none of it would be,
 * depending on what ran in the minute before. */
static void end_returned(int fd) {
    if (!intact(fd)) {
        client_failed(fd);
        return;
    }
    units++;
    record(now() - channels[fd].since);
    release(fd);
    next_client(SHORT);
}

static void receive(int fd) {
    struct channel *c = &channels[fd];
    while (c->got < MESSAGE) {
        ssize_t n = recv(fd, c->in + c->got, MESSAGE - c->got, 0);
        if (n < 0 && errno == EAGAIN) return;
        if (n <= 0) {
            client_failed(fd);
            return;
        }
        c->got += (int)n;
        if (c->got == MESSAGE && c->role != SHORT) {
            message_returned(fd);
            return;
        }
    }
    /* The end may have come with the answer: then no further edge would tell of it. */
    char more;
    ssize_t n = recv(fd, &more, 1, 0);
    if (n < 0 && errno == EAGAIN) return;
    if (n == 0 && c->role == SHORT) end_returned(fd);
    else client_failed(fd);
}

static void client_event(int fd, uint32_t events) {
    struct channel *c = &channels[fd];
    if (events & (EPOLLERR | EPOLLHUP)) {
        client_failed(fd);
        return;
    }
    if (c->role == STREAM) {
        if (send(fd, block, BLOCK, MSG_NOSIGNAL) < 0 && errno != EAGAIN) client_failed(fd);
        return;
    }
    if (!c->connected) {
        if (!(events & EPOLLOUT)) return;
        c->connected = true;
        send_message(fd);
        return;
    }
    if (events & EPOLLIN) receive(fd);
}

/* ---- the target's side ---- */

static void accept_some(int listener) {
    for (int i = 0, fd; i < BATCH; i++) {
        fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) add(fd, FRESH, EPOLLIN);
        else if (errno == EAGAIN) return;
        else if (errno == EMFILE || errno == ENFILE) die("out of descriptors");
    }
}

static void target_event(int fd) {
    struct channel *c = &channels[fd];
    if (c->role == SINK) {
        /* MSG_TRUNC drops TCP bytes inside the kernel: the target should cost little, so that
         * the relay is what is measured. Asking for less than may wait here leaves more bytes in
         * flight, more than the CPU caches hold, and the generator becomes the limit sooner. */
        ssize_t n = recv(fd, NULL, 4 * BLOCK, MSG_TRUNC);
        if (n > 0) sunk += (uint64_t)n;
        else if (n == 0 || errno != EAGAIN) release(fd);
        return;
    }
    ssize_t n = recv(fd, c->in + c->got, MESSAGE - c->got, 0);
    if (n <= 0) {
        if (n == 0 || errno != EAGAIN) release(fd);
        return;
    }
    if (c->role == FRESH) c->role = c->in[0] == 'S' ? SINK : c->in[0] == 'O' ? ONCE : ECHO;
    c->got += (int)n;
    if (c->role == SINK || c->got < MESSAGE) return;
    c->got = 0;
    if (send(fd, c->in, MESSAGE, MSG_NOSIGNAL) != MESSAGE || c->role == ONCE) release(fd);
}

/* ---- the loop ---- */

/* Begins what is due by `t` (ns). What a slow relay left no room for is not made up for later. */
static void begin_due(int64_t t) {
    static int64_t then;
    static double due;
    if (!then) then = t;
    due += rate * (double)(t - then) / 1e9;
    then = t;
    for (; due >= 1; due -= 1) {
        if (under_way == most_under_way) continue;
        under_way++;
        open_client(SHORT);
    }
}

/* Runs until `deadline` (ns), or, if `goal` is not 0, until that many idle connections stand. */
static void run(int64_t deadline, int goal) {
    struct epoll_event events[BATCH];
    for (int64_t t; (t = now()) < deadline;) {
        if (goal && quiet >= goal) return;
        while (opening < OPENING_AT_ONCE && quiet + opening < goal) {
            open_client(OPENING);
            opening++;
        }
        if (most_under_way) begin_due(t);
        int longest = most_under_way ? 1 : (int)((deadline - t + 999999) / 1000000);
        int n = epoll_wait(poller, events, BATCH, longest);
        for (int i = 0; i < n; i++) {
            int fd = events[i].data.fd;        /* at most one event per descriptor and batch */
            enum role role = channels[fd].role;
            if (role == LISTENER) accept_some(fd);
            else if (role >= FRESH && role <= SINK) target_event(fd);
            else if (role != FREE) client_event(fd, events[i].events);
        }
    }
    if (goal) die("the idle connections did not all open in time");
}

static void open_idle(int goal) { run(now() + OPENING_SECONDS * 1000000000ll, goal); }

int main(int argc, char **argv) {
    (void)argc;
    const char *scenario = option(argv, "scenario", "");
    int listener = atoi(option(argv, "listener", "-1")), port = atoi(option(argv, "port", "0"));
    int connections = atoi(option(argv, "connections", "32")), idle = atoi(option(argv, "idle", "0"));
    double seconds = atof(option(argv, "seconds", "1")), warmup = atof(option(argv, "warmup", "0.2"));
    enum role role = !strcmp(scenario, "short")   ? SHORT
                     : !strcmp(scenario, "paced") ? SHORT
                     : !strcmp(scenario, "rtt")   ? PING
                     : !strcmp(scenario, "bulk")  ? STREAM
                     : !strcmp(scenario, "idle")  ? QUIET
                                                  : FREE;
    bool paced = !strcmp(scenario, "paced");
    if (paced) rate = atof(option(argv, "rate", "0"));
    if (role == FREE || listener < 0 || !port || seconds <= 0 || (paced && rate <= 0)) {
        fprintf(stderr, "load: see the head of load.c for its options\n");
        return 2;
    }
    read_pids(strdup(option(argv, "pids", "")));
    alarm((unsigned)(seconds + warmup) + 2 * OPENING_SECONDS);       /* whatever goes wrong, end */

    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    limit = files.rlim_cur > 1 << 20 ? 1 << 20 : (int)files.rlim_cur;
    channels = calloc((size_t)limit, sizeof *channels);
    poller = epoll_create1(EPOLL_CLOEXEC);
    relay.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    relay.sin_port = htons((uint16_t)port);
    memset(block, 'S', sizeof block);
    fcntl(listener, F_SETFL, fcntl(listener, F_GETFL) | O_NONBLOCK);
    add(listener, LISTENER, EPOLLIN);

    /* The first connections make a relay load and allocate what it needs once; that is not what an
     * idle connection costs, so they stand before the memory is read for the first time. */
    int first = role == QUIET ? OPENING_AT_ONCE : 0;
    if (first) open_idle(first);
    long rss_before = relay_rss_kib(), fds_before = relay_fds();
    if (idle) open_idle(first + idle);
    if (paced) most_under_way = connections;
    for (int i = 0; role != QUIET && !paced && i < connections; i++) open_client(role);
    run(now() + (int64_t)(warmup * 1e9), 0);

    units = sunk = 0;
    memset(histogram, 0, sizeof histogram);
    int64_t start = now(), own = read_clock(CLOCK_PROCESS_CPUTIME_ID), cpu = relay_cpu();
    run(start + (int64_t)(seconds * 1e9), 0);
    double took = (double)(now() - start) / 1e9;
    cpu = relay_cpu() - cpu;
    own = read_clock(CLOCK_PROCESS_CPUTIME_ID) - own;
    if (quiet != first + idle) die("idle connections were lost");

    printf("{\"seconds\": %.6f, \"units\": %llu, \"bytes\": %llu, \"errors\": %llu, "
           "\"p50_us\": %.2f, \"p99_us\": %.2f, \"relay_cpu_s\": %.9f, \"load_cpu_s\": %.9f, "
           "\"idle\": %d, \"rss_before_kib\": %ld, \"rss_after_kib\": %ld, "
           "\"fds_before\": %ld, \"fds_after\": %ld}\n",
           took, (unsigned long long)units, (unsigned long long)sunk, (unsigned long long)errors,
           percentile_us(0.5), percentile_us(0.99), (double)cpu / 1e9, (double)own / 1e9, idle,
           rss_before, relay_rss_kib(), fds_before, relay_fds());
    return 0;
}
