/* The floor for datagrams: the least a UDP relay can do on Linux; no feature ever belongs in here.
 *
 *     floor_udp LISTEN_PORT TARGET_PORT        both on 127.0.0.1; one thread, until a signal ends it
 *
 * Many datagrams per system call wherever several may wait: recvmmsg and sendmmsg on the listener
 * and on each session's socket, which is connected to the target. Sessions are found by the
 * client's port and address in a table with open addressing; when the table is full, the slots are
 * used again in the order in which they were first used.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SESSIONS = 4096, SLOTS = 4 * SESSIONS, BATCH = 64, LARGEST = 65536, ROOM = 4 << 20 };

struct session { int fd; struct sockaddr_in client; };

static struct session sessions[SESSIONS];
static int slots[SLOTS];                           /* 0 free, else a session's number + 1 */
static int used, poller, listener;
static struct sockaddr_in target = {.sin_family = AF_INET}, from[BATCH];
static char buffers[BATCH][LARGEST];
static struct iovec parts[BATCH];
static struct mmsghdr messages[BATCH];

static uint32_t place(const struct sockaddr_in *a) {
    return ((a->sin_addr.s_addr * 2654435761u) ^ (a->sin_port * 40503u)) % SLOTS;
}

static void forget(struct session *s) {            /* close the gap: later ones move up */
    uint32_t i = place(&s->client);
    while (&sessions[slots[i] - 1] != s) i = (i + 1) % SLOTS;
    slots[i] = 0;
    for (uint32_t j = (i + 1) % SLOTS; slots[j]; j = (j + 1) % SLOTS) {
        int moved = slots[j];
        slots[j] = 0;
        uint32_t k = place(&sessions[moved - 1].client);
        while (slots[k]) k = (k + 1) % SLOTS;
        slots[k] = moved;
    }
    close(s->fd);
}

static int session_of(const struct sockaddr_in *client) {
    uint32_t i = place(client);
    for (; slots[i]; i = (i + 1) % SLOTS) {
        struct session *s = &sessions[slots[i] - 1];
        if (s->client.sin_port == client->sin_port &&
            s->client.sin_addr.s_addr == client->sin_addr.s_addr)
            return s->fd;
    }
    struct session *s = &sessions[used % SESSIONS];
    if (used++ >= SESSIONS) {
        forget(s);
        for (i = place(client); slots[i];) i = (i + 1) % SLOTS;
    }
    s->client = *client;
    s->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    connect(s->fd, (struct sockaddr *)&target, sizeof target);
    slots[i] = (int)(s - sessions) + 1;
    struct epoll_event e = {.events = EPOLLIN, .data.ptr = s};
    epoll_ctl(poller, EPOLL_CTL_ADD, s->fd, &e);
    return s->fd;
}

static int receive(int fd, int named) {
    for (int i = 0; i < BATCH; i++) {
        parts[i] = (struct iovec){buffers[i], LARGEST};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1,
            .msg_name = named ? &from[i] : NULL, .msg_namelen = named ? sizeof from[i] : 0};
    }
    int n = recvmmsg(fd, messages, BATCH, 0, NULL);
    for (int i = 0; i < n; i++) parts[i].iov_len = messages[i].msg_len;
    return n;
}

static void from_clients(void) {
    int n = receive(listener, 1), fds[BATCH];
    for (int i = 0; i < n; i++) {
        fds[i] = session_of(&from[i]);
        messages[i].msg_hdr.msg_name = NULL;
        messages[i].msg_hdr.msg_namelen = 0;
    }
    for (int i = 0, k; i < n; i = k) {             /* neighbours of one session leave together */
        for (k = i + 1; k < n && fds[k] == fds[i];) k++;
        if (k - i == 1) send(fds[i], buffers[i], parts[i].iov_len, 0);
        else sendmmsg(fds[i], messages + i, (unsigned)(k - i), 0);
    }
}

static void from_target(struct session *s) {
    int n = receive(s->fd, 0);
    for (int i = 0; i < n; i++) {
        messages[i].msg_hdr.msg_name = &s->client;
        messages[i].msg_hdr.msg_namelen = sizeof s->client;
    }
    if (n > 0) sendmmsg(listener, messages, (unsigned)n, 0);
}

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "usage: floor_udp LISTEN_PORT TARGET_PORT\n"), 2;
    struct sockaddr_in here = {.sin_family = AF_INET};
    here.sin_addr.s_addr = target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    here.sin_port = htons((uint16_t)atoi(argv[1]));
    target.sin_port = htons((uint16_t)atoi(argv[2]));
    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    int room = ROOM;
    listener = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    setsockopt(listener, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    poller = epoll_create1(0);
    struct epoll_event events[BATCH] = {{.events = EPOLLIN}};
    if (bind(listener, (struct sockaddr *)&here, sizeof here) ||
        epoll_ctl(poller, EPOLL_CTL_ADD, listener, events))
        return perror("floor_udp"), 1;
    for (;;) {
        int n = epoll_wait(poller, events, BATCH, -1);
        for (int i = 0; i < n; i++) {
            if (events[i].data.ptr) from_target(events[i].data.ptr);
            else from_clients();
        }
    }
}
