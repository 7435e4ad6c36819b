/* The floor: the least a TCP relay can do on Linux, for real relays to be compared with; no feature
 * ever belongs in here.
 *
 *     floor LISTEN_PORT TARGET_PORT        both on 127.0.0.1; one thread, until a signal ends it
 *
 * Each socket is registered once, edge-triggered, for everything, so that no further epoll_ctl is
 * needed but to be called again after a spent budget. Small messages pass through one shared
 * buffer; a flow that filled it FULL_READS times in a row goes on by splice, in a pipe of its own.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BUFFER = 64 * 1024, PIPE = 256 * 1024, FULL_READS = 3, BUDGET = 16, BATCH = 256 };
enum { ALL = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, NOW = SPLICE_F_MOVE | SPLICE_F_NONBLOCK };

struct side {                    /* one socket, and the direction that begins at it */
    int fd, pipe[2], full_reads;
    bool connected, hung_up, ended, done;
    struct side *peer, *next_dead;
    char *kept;                  /* copied bytes that the peer would not take yet ... */
    size_t kept_at, kept_end, piped;           /* ... or how many of them wait in the pipe */
};

static char buffer[BUFFER];
static int poller;
static struct side *dead;        /* freed after the batch: its later events still point there */
static struct sockaddr_in target = {.sin_family = AF_INET}, here = {.sin_family = AF_INET};

static void drop(struct side *s, bool reset) {
    struct linger abort = {.l_onoff = 1};
    for (int i = 0; i < 2; i++, s = s->peer) {
        if (reset) setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &abort, sizeof abort);
        close(s->fd);
        if (s->pipe[0] >= 0) close(s->pipe[0]), close(s->pipe[1]);
        free(s->kept);
        s->fd = -1;
    }
    if (s->peer < s) s = s->peer;              /* both live in one allocation */
    s->next_dead = dead;
    dead = s;
}

static bool flush(struct side *s) {            /* true: nothing is held back any more */
    for (ssize_t n; s->kept_at < s->kept_end; s->kept_at += n) {
        n = send(s->peer->fd, s->kept + s->kept_at, s->kept_end - s->kept_at, MSG_NOSIGNAL);
        if (n < 0) return false;
    }
    for (ssize_t n; s->piped; s->piped -= n) {
        n = splice(s->pipe[0], NULL, s->peer->fd, NULL, s->piped, NOW);
        if (n < 0) return false;
    }
    free(s->kept);
    s->kept = NULL;
    return true;
}

static ssize_t fill(struct side *s) {          /* one read; what cannot leave now is held back */
    if (s->full_reads >= FULL_READS && s->pipe[0] < 0 && pipe2(s->pipe, O_NONBLOCK) == 0)
        fcntl(s->pipe[0], F_SETPIPE_SZ, PIPE);
    if (s->pipe[0] >= 0) {
        ssize_t n = splice(s->fd, NULL, s->pipe[1], NULL, PIPE, NOW);
        if (n > 0) s->piped = n;
        return n;
    }
    ssize_t n = recv(s->fd, buffer, BUFFER, 0);
    if (n <= 0) return n;
    s->full_reads = n == BUFFER ? s->full_reads + 1 : 0;
    ssize_t sent = send(s->peer->fd, buffer, n, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) return -1;
    if (sent < 0) sent = 0;
    if (sent < n) {
        s->kept = malloc(n - sent);
        if (!s->kept) return -1;
        memcpy(s->kept, buffer + sent, n - sent);
        s->kept_at = 0;
        s->kept_end = n - sent;
    }
    return n;
}

static void pump(struct side *s) {
    for (int turn = 0; !s->done; turn++) {
        ssize_t n = -1;
        if (flush(s)) {
            if (s->ended) {
                s->done = true;
                if (s->peer->done) drop(s, false);         /* close() says FIN as well */
                else shutdown(s->peer->fd, SHUT_WR);
                return;
            }
            if (turn == BUDGET) {              /* others' turn; MOD makes epoll look again */
                struct epoll_event e = {.events = ALL, .data.ptr = s};
                epoll_ctl(poller, EPOLL_CTL_MOD, s->fd, &e);
                return;
            }
            n = fill(s);
        }
        if (n < 0) {
            if (errno != EAGAIN) drop(s, true);
            return;
        }
        s->ended = n == 0;
        /* A short read emptied the socket, what comes next is a new edge; save that a FIN we were
         * told of already is none, and held back bytes want to hear EAGAIN. */
        if (n > 0 && n < BUFFER && s->pipe[0] < 0 && !s->kept && !s->hung_up) return;
    }
}

static void handle(struct side *s, uint32_t events) {
    if (s->fd < 0) return;
    s->hung_up |= (events & EPOLLRDHUP) != 0;
    if (events & EPOLLERR) { drop(s, true); return; }
    bool opened = !s->connected && events & EPOLLOUT;
    s->connected |= opened;
    if (!s->connected || !s->peer->connected) return;
    if (opened || (events & EPOLLOUT && (s->peer->kept || s->peer->piped))) pump(s->peer);
    if (s->fd >= 0 && events & (EPOLLIN | EPOLLRDHUP)) pump(s);
}

static void greet(int client) {
    int one = 1, fds[2] = {client, socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0)};
    struct side *pair = fds[1] < 0 ? NULL : calloc(2, sizeof *pair);
    if (!pair) { close(client), close(fds[1]); return; }
    connect(fds[1], (struct sockaddr *)&target, sizeof target);    /* fails later, as EPOLLERR */
    for (int i = 0; i < 2; i++) {
        struct epoll_event e = {.events = ALL, .data.ptr = &pair[i]};
        pair[i] = (struct side){.fd = fds[i], .pipe = {-1, -1}, .peer = &pair[!i], .connected = !i};
        setsockopt(fds[i], IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        epoll_ctl(poller, EPOLL_CTL_ADD, fds[i], &e);
    }
}

int main(int argc, char **argv) {
    if (argc != 3) return fprintf(stderr, "usage: floor LISTEN_PORT TARGET_PORT\n"), 2;
    here.sin_addr.s_addr = target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    here.sin_port = htons(atoi(argv[1]));
    target.sin_port = htons(atoi(argv[2]));
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct epoll_event events[BATCH] = {{.events = EPOLLIN}};
    poller = epoll_create1(0);
    if (bind(listener, (struct sockaddr *)&here, sizeof here) || listen(listener, 4096) ||
        epoll_ctl(poller, EPOLL_CTL_ADD, listener, events))
        return perror("floor"), 1;
    for (;;) {
        int n = epoll_wait(poller, events, BATCH, -1);
        for (int i = 0, fd; i < n; i++) {
            if (events[i].data.ptr) { handle(events[i].data.ptr, events[i].events); continue; }
            for (int k = 0; k < 16 && (fd = accept4(listener, 0, 0, SOCK_NONBLOCK)) >= 0; k++)
                greet(fd);
        }
        for (struct side *s; (s = dead); free(s)) dead = s->next_dead;
    }
}
