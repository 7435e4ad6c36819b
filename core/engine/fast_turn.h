/* The turn of the fast path, without the interpreter: who is ready gets what it waits for. */
#pragma once
#include "fast_datagrams.h"
#include "fast_relay.h"

static void take_turn(struct relay *relay, int count) {
    relay->turn++;
    for (int i = 0; i < count; i++) {
        struct epoll_event *event = &relay->events[i];
        int fd = event->data.fd;
        struct slot slot = fd < relay->slot_count ? relay->slots[fd] : (struct slot){0};
        if (slot.half != NULL) read_some(relay, slot.half, event->events);
        else if (slot.flow != NULL) from_target(relay, slot.flow);
        else if (slot.port != NULL) from_clients(relay, slot.port);
        else if (slot.listener == NULL || event->events != EPOLLIN ||
                 !accept_some(relay, slot.listener))
            relay->rest[relay->rest_count++] = *event;
    }
    if (relay->flows != NULL) flush(relay->flows);
}

static bool has_news(struct relay *relay) {
    return relay->news_count || relay->one_is_young ||
           (relay->flows != NULL && relay->flows->news_count);
}

/* 0, or the error number that epoll_wait() gave. */
static int run(struct relay *relay, double timeout, int limit) {
    double end = timeout < 0 ? 0 : now() + timeout, wait = timeout;
    for (;;) {
        int ms = wait < 0 || wait > LONGEST_WAIT / 1e3 ? LONGEST_WAIT : (int)(wait * 1e3 + 0.999);
        int count = epoll_wait(relay->epoll, relay->events, limit, ms);
        if (count < 0) return errno;
        double woke = now();
        take_turn(relay, count);
        close_now(relay);
        double done = now();
        if (done - woke > relay->longest) relay->longest = done - woke;
        if (relay->rest_count || has_news(relay)) return 0;
        if (timeout >= 0 && (wait = end - done) <= 0) return 0;
    }
}
