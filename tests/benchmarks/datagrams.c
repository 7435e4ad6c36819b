/* Load generator and target of the UDP scenarios, both in one epoll loop; no relay lives here.
 *
 *     datagrams target=FD port=PORT [clients=64 size=1200 flight=64 burst=1 gso=0 once=0
 *          seconds=1 warmup=0.2 pids=PID,PID]
 *
 * Target: echoes on the inherited socket FD whatever arrives, many datagrams per system call.
 * Clients: each has a connected socket of its own to 127.0.0.1:PORT, the relay's listener.
 * `flight` datagrams are under way in all. An answer lets the next client in turn speak, `burst`
 * datagrams at a time (with gso=1 in one system call, as QUIC and WireGuard send). With once=1
 * every client asks one question, is answered, and a new one takes its place. Each answer is
 * compared with what was sent, and those of one client must come in order. One that has not come
 * after 200 ms is given up as lost. The result is one line of JSON, as load.c's.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "meter.h"

enum {
    BATCH = 64, LARGEST = 65536, SOURCES = 200,
    BUFFER = 4 << 20,              /* bytes a socket may hold: the generator is not what drops */
    PATIENCE_MS = 200,
};

struct stamp { uint64_t serial, sent; };       /* how every datagram begins */
struct client { int fd, waiting; uint64_t said, heard; int64_t since; };

static struct client *clients;
static int poller, target, client_count = 64, size = 1200, flight = 64, burst = 1, gso, once;
static int under_way, turn;
static uint64_t lost, bytes;
static struct sockaddr_in relay = {.sin_family = AF_INET};
static char pattern[LARGEST], out[LARGEST], in[BATCH][LARGEST];

static void roomy(int fd) {
    int wanted = BUFFER;
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &wanted, sizeof wanted))
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &wanted, sizeof wanted);
    if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &wanted, sizeof wanted))
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &wanted, sizeof wanted);
}

/* ---- the target ---- */

static void echo(void) {
    static struct mmsghdr messages[BATCH];
    static struct iovec parts[BATCH];
    static struct sockaddr_in from[BATCH];
    static char control[BATCH][CMSG_SPACE(sizeof(int))];
    for (int i = 0; i < BATCH; i++) {
        parts[i] = (struct iovec){in[i], LARGEST};
        messages[i].msg_hdr = (struct msghdr){
            .msg_name = &from[i], .msg_namelen = sizeof from[i], .msg_iov = &parts[i],
            .msg_iovlen = 1, .msg_control = gso ? control[i] : NULL,
            .msg_controllen = gso ? sizeof control[i] : 0};
    }
    int n = recvmmsg(target, messages, BATCH, 0, NULL);
    for (int i = 0; i < n; i++) {
        parts[i].iov_len = messages[i].msg_len;
        struct msghdr *head = &messages[i].msg_hdr;
        struct cmsghdr *c = head->msg_controllen ? CMSG_FIRSTHDR(head) : NULL;
        if (c && c->cmsg_type == UDP_GRO) {        /* what came as one leaves as one */
            uint16_t segment = (uint16_t)*(int *)CMSG_DATA(c);
            c->cmsg_type = UDP_SEGMENT;
            c->cmsg_len = CMSG_LEN(sizeof segment);
            memcpy(CMSG_DATA(c), &segment, sizeof segment);
            head->msg_controllen = CMSG_SPACE(sizeof segment);
        } else {
            head->msg_control = NULL;
            head->msg_controllen = 0;
        }
    }
    for (int done = 0, sent; done < n; done += sent)
        if ((sent = sendmmsg(target, messages + done, n - done, 0)) <= 0) sent = 1;
}

/* ---- the clients ---- */

static void open_client(struct client *c) {
    static unsigned turn;
    struct sockaddr_in source = {.sin_family = AF_INET};
    *c = (struct client){.fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    struct epoll_event e = {.events = EPOLLIN, .data.u32 = (uint32_t)(c - clients)};
    if (once) {                    /* each of them is somebody else: the ports alone do not last */
        source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + turn++ % SOURCES);
        if (bind(c->fd, (struct sockaddr *)&source, sizeof source)) die("bind");
    } else if (client_count == 1) {
        roomy(c->fd);
    }
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&relay, sizeof relay)) die("connect");
    if (epoll_ctl(poller, EPOLL_CTL_ADD, c->fd, &e)) die("epoll_ctl");
}

static void speak(struct client *c) {
    int64_t t = now();
    for (int i = 0; i < burst; i++) {
        struct stamp stamp = {++c->said, (uint64_t)t};
        memcpy(out + i * size, pattern, (size_t)size);
        memcpy(out + i * size, &stamp, sizeof stamp);
        if (!gso) send(c->fd, out + i * size, (size_t)size, 0);
    }
    if (gso) {
        char control[CMSG_SPACE(sizeof(uint16_t))] = {0};
        struct iovec part = {out, (size_t)(burst * size)};
        struct msghdr head = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control,
                              .msg_controllen = sizeof control};
        struct cmsghdr *m = CMSG_FIRSTHDR(&head);
        uint16_t segment = (uint16_t)size;
        m->cmsg_level = SOL_UDP;
        m->cmsg_type = UDP_SEGMENT;
        m->cmsg_len = CMSG_LEN(sizeof segment);
        memcpy(CMSG_DATA(m), &segment, sizeof segment);
        if (sendmsg(c->fd, &head, 0) < 0 && errno != EAGAIN) die("sendmsg with UDP_SEGMENT");
    }
    c->waiting += burst;
    under_way += burst;
    c->since = t;
}

static void go_on(struct client *c) {
    if (once && !c->waiting) {
        close(c->fd);
        open_client(c);
    }
    while (under_way + burst <= flight) {
        struct client *next = c;
        if (client_count > flight) {               /* the next one in turn that is not waiting */
            do next = &clients[turn = (turn + 1) % client_count]; while (next->waiting);
        } else if (c->waiting + burst > flight / client_count) {
            return;
        }
        speak(next);
    }
}

static void listen_to(struct client *c) {
    static struct mmsghdr messages[BATCH];
    static struct iovec parts[BATCH];
    int most = burst > 1 ? BATCH : 1;
    for (int i = 0; i < most; i++) {
        parts[i] = (struct iovec){in[i], LARGEST};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1};
    }
    int n = most == 1 ? (int)recv(c->fd, in[0], LARGEST, 0) : recvmmsg(c->fd, messages, most, 0, NULL);
    if (n < 0) {
        if (errno != EAGAIN) { c->since = 0; if (++errors > 1000) die("the relay refuses"); }
        return;
    }
    if (most == 1) messages[0].msg_len = (unsigned)n, n = 1;
    int64_t t = now();
    for (int i = 0; i < n; i++) {
        struct stamp stamp;
        memcpy(&stamp, in[i], sizeof stamp);
        if ((int)messages[i].msg_len != size || stamp.serial <= c->heard || stamp.serial > c->said ||
            memcmp(in[i] + sizeof stamp, pattern + sizeof stamp, (size_t)size - sizeof stamp)) {
            errors++;
            continue;
        }
        c->heard = stamp.serial;
        if (!c->waiting) continue;                 /* given up as lost, and here after all */
        record(t - (int64_t)stamp.sent);
        c->waiting--;
        under_way--;
        units++;
        bytes += (uint64_t)size;
    }
    go_on(c);
}

static void give_up(void) {
    int64_t limit = now() - PATIENCE_MS * 1000000ll;
    for (int i = 0; i < client_count; i++) {
        struct client *c = &clients[i];
        if (!c->waiting || c->since > limit) continue;
        lost += (uint64_t)c->waiting;
        under_way -= c->waiting;
        c->waiting = 0;
        go_on(c);
    }
}

static void run(int64_t deadline) {
    struct epoll_event events[BATCH];
    int64_t look = 0;
    for (int64_t t; (t = now()) < deadline;) {
        if (t > look) {
            give_up();
            look = t + 50000000ll;
        }
        int n = epoll_wait(poller, events, BATCH, 20);
        for (int i = 0; i < n; i++) {
            if (events[i].data.u32 == UINT32_MAX) echo();
            else listen_to(&clients[events[i].data.u32]);
        }
    }
}

int main(int argc, char **argv) {
    (void)argc;
    int port = atoi(option(argv, "port", "0"));
    double seconds = atof(option(argv, "seconds", "1")), warmup = atof(option(argv, "warmup", "0.2"));
    target = atoi(option(argv, "target", "-1"));
    client_count = atoi(option(argv, "clients", "64"));
    size = atoi(option(argv, "size", "1200"));
    flight = atoi(option(argv, "flight", "64"));
    burst = atoi(option(argv, "burst", "1"));
    gso = atoi(option(argv, "gso", "0"));
    once = atoi(option(argv, "once", "0"));
    if (target < 0 || !port || seconds <= 0 || size < (int)sizeof(struct stamp) ||
        client_count < 1 || burst * size > 65000 || burst > flight) {
        fprintf(stderr, "datagrams: see the head of datagrams.c for its options\n");
        return 2;
    }
    read_pids(strdup(option(argv, "pids", "")));
    alarm((unsigned)(seconds + warmup) + 60);      /* whatever goes wrong, end */
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    if ((rlim_t)client_count + 64 > files.rlim_cur) die("too few descriptors");
    poller = epoll_create1(EPOLL_CLOEXEC);
    relay.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    relay.sin_port = htons((uint16_t)port);
    for (int i = 0; i < LARGEST; i++) pattern[i] = (char)(i * 31 + 7);
    fcntl(target, F_SETFL, fcntl(target, F_GETFL) | O_NONBLOCK);
    roomy(target);
    int one = 1;
    if (gso && setsockopt(target, SOL_UDP, UDP_GRO, &one, sizeof one)) die("UDP_GRO");
    struct epoll_event e = {.events = EPOLLIN, .data.u32 = UINT32_MAX};
    epoll_ctl(poller, EPOLL_CTL_ADD, target, &e);
    clients = calloc((size_t)client_count, sizeof *clients);
    for (int i = 0; i < client_count; i++) open_client(&clients[i]);
    long rss_before = relay_rss_kib(), fds_before = relay_fds();
    for (int i = 0; i < client_count && under_way + burst <= flight; i++) go_on(&clients[i]);
    run(now() + (int64_t)(warmup * 1e9));

    units = bytes = lost = 0;
    memset(histogram, 0, sizeof histogram);
    int64_t start = now(), own = read_clock(CLOCK_PROCESS_CPUTIME_ID), cpu = relay_cpu();
    run(start + (int64_t)(seconds * 1e9));
    double took = (double)(now() - start) / 1e9;
    cpu = relay_cpu() - cpu;
    own = read_clock(CLOCK_PROCESS_CPUTIME_ID) - own;
    printf("{\"seconds\": %.6f, \"units\": %llu, \"bytes\": %llu, \"errors\": %llu, "
           "\"p50_us\": %.2f, \"p99_us\": %.2f, \"relay_cpu_s\": %.9f, \"load_cpu_s\": %.9f, "
           "\"idle\": 0, \"rss_before_kib\": %ld, \"rss_after_kib\": %ld, "
           "\"fds_before\": %ld, \"fds_after\": %ld, \"lost\": %llu}\n",
           took, (unsigned long long)units, (unsigned long long)bytes, (unsigned long long)errors,
           percentile_us(0.5), percentile_us(0.99), (double)cpu / 1e9, (double)own / 1e9,
           rss_before, relay_rss_kib(), fds_before, relay_fds(), (unsigned long long)lost);
    return 0;
}
