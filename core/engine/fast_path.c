/* The fast path, for Linux: a poller that relays plain sessions by itself; see fast_path.pyi.
 *
 * It is epoll for all channels of the loop, and knows one thing more: how to accept a client, to
 * connect to the one target there is, and to copy what the two say until both have ended. That is
 * in fast_relay.h. `poll` runs it without the interpreter's lock, and comes back only when there
 * is something for Python. In here is what Python calls, all on the loop's own thread.
 */
#define PY_SSIZE_T_CLEAN
#define _GNU_SOURCE /* accept4() */
#include <Python.h>

#include "addresses.h"
#include "fast_flows_calls.h"
#include "fast_turn.h"

/* ---- the poller ---- */

static PyObject *failure(int number) {
    errno = number;
    return PyErr_SetFromErrno(PyExc_OSError);
}

static PyObject *fast_poll(FastPath *self, PyObject *arguments) {
    struct relay *relay = &self->relay;
    double timeout;
    int limit, number;
    if (!PyArg_ParseTuple(arguments, "di", &timeout, &limit)) return NULL;
    if (limit < 1 || limit > MOST_EVENTS) limit = MOST_EVENTS;
    relay->rest_count = 0;
    do {
        Py_BEGIN_ALLOW_THREADS
        number = run(relay, timeout, limit);
        Py_END_ALLOW_THREADS
        if (number == EINTR && PyErr_CheckSignals()) return NULL;
    } while (number == EINTR);
    if (number) return failure(number);
    /* Sessions that are left to Python come first, under the poller's own number: some of the
     * other events may be about their sockets. */
    bool own = has_news(relay);
    PyObject *found = PyList_New(relay->rest_count + own);
    if (found == NULL) return NULL;
    for (int i = 0; i < relay->rest_count + own; i++) {
        struct epoll_event first = {.events = EPOLLIN, .data.fd = relay->epoll};
        struct epoll_event *event = own && i == 0 ? &first : &relay->rest[i - own];
        PyObject *item = PyTuple_New(2); /* by hand: this is for each event that Python sees */
        PyObject *fd = PyLong_FromLong(event->data.fd), *mask = PyLong_FromLong(event->events);
        if (item == NULL || fd == NULL || mask == NULL) {
            Py_XDECREF(item);
            Py_XDECREF(fd);
            Py_XDECREF(mask);
            Py_DECREF(found);
            return NULL;
        }
        PyTuple_SET_ITEM(item, 0, fd);
        PyTuple_SET_ITEM(item, 1, mask);
        PyList_SET_ITEM(found, i, item);
    }
    return found;
}

static PyObject *control(struct relay *relay, int operation, PyObject *arguments) {
    int fd;
    unsigned mask = 0;
    if (!PyArg_ParseTuple(arguments, "i|I", &fd, &mask)) return NULL;
    struct epoll_event event = {.events = mask, .data.fd = fd};
    if (epoll_ctl(relay->epoll, operation, fd, &event)) return failure(errno);
    Py_RETURN_NONE;
}

static PyObject *fast_register(FastPath *self, PyObject *arguments) {
    return control(&self->relay, EPOLL_CTL_ADD, arguments);
}

static PyObject *fast_modify(FastPath *self, PyObject *arguments) {
    return control(&self->relay, EPOLL_CTL_MOD, arguments);
}

static PyObject *fast_unregister(FastPath *self, PyObject *arguments) {
    return control(&self->relay, EPOLL_CTL_DEL, arguments);
}

static PyObject *fast_fileno(FastPath *self, PyObject *Py_UNUSED(nothing)) {
    return PyLong_FromLong(self->relay.epoll);
}

static PyObject *fast_take_longest_turn(FastPath *self, PyObject *Py_UNUSED(nothing)) {
    struct relay *relay = &self->relay;
    double longest = relay->longest;
    relay->longest = 0;
    return PyFloat_FromDouble(longest);
}

static PyObject *fast_tell_of_young(FastPath *self, PyObject *Py_UNUSED(nothing)) {
    self->relay.tell_of_young = true;
    Py_RETURN_NONE;
}

/* ---- accounts and listeners ---- */

static struct account *an_account(struct relay *relay, int number) {
    if (number >= 0 && number < relay->account_count && relay->accounts[number].open)
        return &relay->accounts[number];
    PyErr_SetString(PyExc_LookupError, "there is no such account");
    return NULL;
}

static PyObject *fast_open_account(FastPath *self, PyObject *Py_UNUSED(nothing)) {
    struct relay *relay = &self->relay;
    int number = 0;
    while (number < relay->account_count && relay->accounts[number].open) number++;
    if (number == relay->account_count) {
        /* The lists of the young point at their heads, so they move by being linked anew. */
        int room = number ? 2 * number : 16;
        struct account *accounts = calloc((size_t)room, sizeof *accounts);
        if (accounts == NULL) return PyErr_NoMemory();
        for (int i = 0; i < number; i++) {
            struct session *head = &accounts[i].young, *was = &relay->accounts[i].young;
            accounts[i] = relay->accounts[i];
            if (head->after == was) head->before = head->after = head;
            else head->after->before = head->before->after = head;
        }
        free(relay->accounts);
        relay->accounts = accounts;
        relay->account_count = room;
    }
    struct account *account = &relay->accounts[number];
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
    free(account->crowd);
    account->crowd = NULL;
    account->open = false;
}

static PyObject *fast_close_account(FastPath *self, PyObject *which) {
    struct relay *relay = &self->relay;
    struct account *account = an_account(relay, (int)PyLong_AsLong(which));
    if (account == NULL) return NULL;
    bool has_flows = account->crowd != NULL && account->crowd->count;
    if (account->young.after != &account->young || has_flows) {
        PyErr_SetString(PyExc_RuntimeError, "sessions of this account are still open");
        return NULL;
    }
    end_account(account);
    Py_RETURN_NONE;
}

static PyObject *fast_collect(FastPath *self, PyObject *which) {
    struct relay *relay = &self->relay;
    struct account *account = an_account(relay, (int)PyLong_AsLong(which));
    if (account == NULL) return NULL;
    PyObject *sums = Py_BuildValue("KLLKK", account->accepted, account->count[0],
                                   account->count[1], account->evicted, account->not_read);
    account->accepted = account->evicted = account->not_read = 0;
    account->count[0] = account->count[1] = 0;
    return sums;
}

static struct route *a_route(struct relay *relay, int number, int family, PyObject *where) {
    struct account *account = an_account(relay, number);
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
    struct relay *relay = &self->relay;
    int fd, number, family, unpaced;
    PyObject *where;
    if (!PyArg_ParseTuple(arguments, "iiiO!p", &fd, &number, &family, &PyTuple_Type, &where,
                          &unpaced))
        return NULL;
    struct route *route = a_route(relay, number, family, where);
    if (route == NULL) return NULL;
    route->unpaced = unpaced;
    struct listener *listener = fd < relay->slot_count ? relay->slots[fd].listener : NULL;
    if (listener == NULL) {
        listener = calloc(1, sizeof *listener);
        if (listener == NULL) return PyErr_NoMemory();
        listener->fd = fd;
        listener->batch = 1;
        occupy(relay, fd, (struct slot){.listener = listener});
    }
    listener->route = route;
    Py_RETURN_NONE;
}

static PyObject *fast_leave(FastPath *self, PyObject *which) {
    struct relay *relay = &self->relay;
    long fd = PyLong_AsLong(which);
    if (fd == -1 && PyErr_Occurred()) return NULL;
    if (fd >= 0 && fd < relay->slot_count && relay->slots[fd].listener != NULL) {
        free(relay->slots[fd].listener);
        relay->slots[fd] = (struct slot){0};
    }
    Py_RETURN_NONE;
}

/* ---- sessions that come and go ---- */

/* What is known of a session that Python has no object for; frees it. */
static PyObject *described(struct relay *relay, struct session *session) {
    struct half *up = &session->half[0], *down = &session->half[1];
    PyObject *all = Py_BuildValue(
        "iiiONdLLNN", session->route->account, up->fd, down->fd, session->route->where,
        from_address(&session->client), now() - session->begun, up->count, down->count,
        PyBool_FromLong(up->ended), PyBool_FromLong(down->ended));
    forget(relay, session);
    return all;
}

/* What moved since it was last asked; frees a session that Python has an object for. */
static PyObject *counted(struct relay *relay, struct session *session) {
    PyObject *all = Py_BuildValue("NLL", session->owner, session->half[0].count,
                                  session->half[1].count);
    forget(relay, session);
    return all;
}

static PyObject *fast_young(FastPath *self, PyObject *which) {
    struct account *account = an_account(&self->relay, (int)PyLong_AsLong(which));
    if (account == NULL) return NULL;
    long long up = 0, down = 0, count = 0;
    struct session *head = &account->young;
    for (struct session *session = head->after; session != head; session = session->after) {
        up += session->half[0].count;
        down += session->half[1].count;
        count++;
    }
    return Py_BuildValue("LLL", count, up, down);
}

static PyObject *fast_take_young(FastPath *self, PyObject *arguments) {
    struct relay *relay = &self->relay;
    int number, most;
    if (!PyArg_ParseTuple(arguments, "ii", &number, &most)) return NULL;
    struct account *account = an_account(relay, number);
    PyObject *all = account == NULL ? NULL : PyList_New(0);
    if (all == NULL) return NULL;
    while (account->young.after != &account->young && most-- > 0) {
        struct session *session = account->young.after;
        leave_slots(relay, session);
        unlink_young(session);
        PyObject *one = described(relay, session);
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
    struct relay *relay = &self->relay;
    PyObject *all = PyList_New(relay->news_count);
    if (all == NULL) return NULL;
    for (int i = 0; i < relay->news_count; i++) {
        struct news *news = &relay->news[i];
        PyObject *session = news->session->owner != NULL ? counted(relay, news->session)
                                                         : described(relay, news->session);
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
    relay->news_count = 0;
    relay->one_is_young = false;
    return all;
}

static PyObject *fast_carry(FastPath *self, PyObject *arguments) {
    struct relay *relay = &self->relay;
    PyObject *owner;
    int fds[2];
    if (!PyArg_ParseTuple(arguments, "Oii", &owner, &fds[0], &fds[1])) return NULL;
    struct session *session = new_session(relay);
    *session = (struct session){.owner = owner};
    Py_INCREF(owner);
    for (int side = 0; side < 2; side++) {
        session->half[side] = (struct half){.session = session, .fd = fds[side]};
        occupy(relay, fds[side], (struct slot){.half = &session->half[side]});
    }
    Py_RETURN_NONE;
}

static struct session *carried(struct relay *relay, PyObject *which) {
    long fd = PyLong_AsLong(which);
    if (fd >= 0 && fd < relay->slot_count && relay->slots[fd].half != NULL &&
        relay->slots[fd].half->session->owner != NULL)
        return relay->slots[fd].half->session;
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_LookupError, "no such session is carried");
    return NULL;
}

static PyObject *fast_counts(FastPath *self, PyObject *which) {
    struct relay *relay = &self->relay;
    struct session *session = carried(relay, which);
    if (session == NULL) return NULL;
    PyObject *both = Py_BuildValue("LL", session->half[0].count, session->half[1].count);
    session->half[0].count = session->half[1].count = 0;
    return both;
}

static PyObject *fast_take_back(FastPath *self, PyObject *which) {
    struct relay *relay = &self->relay;
    struct session *session = carried(relay, which);
    if (session == NULL) return NULL;
    leave_slots(relay, session);
    return counted(relay, session);
}

/* ---- the class ---- */

static void drop(struct relay *relay, struct session *session) {
    for (int side = 0; side < 2 && session->owner == NULL; side++) close(session->half[side].fd);
    Py_XDECREF(session->owner);
    forget(relay, session);
}

static PyObject *fast_close(FastPath *self, PyObject *Py_UNUSED(nothing)) {
    struct relay *relay = &self->relay;
    close_flows(relay);
    for (int fd = 0; fd < relay->slot_count; fd++) {
        struct slot slot = relay->slots[fd];
        if (slot.listener != NULL) free(slot.listener);
        if (slot.half == NULL) continue;
        leave_slots(relay, slot.half->session);
        drop(relay, slot.half->session);
    }
    while (relay->news_count) {
        struct news *news = &relay->news[--relay->news_count];
        free(news->left);
        drop(relay, news->session);
    }
    for (int i = 0; i < relay->account_count; i++)
        if (relay->accounts[i].open) end_account(&relay->accounts[i]);
    for (int i = 0; i < 2; i++) {
        if (relay->spare[i] >= 0) close(relay->spare[i]);
        relay->spare[i] = -1;
    }
    while (relay->free != NULL) {
        struct session *session = relay->free;
        relay->free = session->after;
        free(session);
    }
    free(relay->slots);
    free(relay->accounts);
    relay->slots = NULL;
    relay->accounts = NULL;
    relay->slot_count = relay->account_count = 0;
    if (relay->epoll >= 0) close(relay->epoll);
    relay->epoll = -1;
    Py_RETURN_NONE;
}

static PyObject *fast_new(PyTypeObject *type, PyObject *arguments, PyObject *Py_UNUSED(named)) {
    int ceiling = 1 << 30;
    if (!PyArg_ParseTuple(arguments, "|i", &ceiling)) return NULL;
    FastPath *self = (FastPath *)type->tp_alloc(type, 0);
    if (self == NULL) return NULL;
    self->relay = (struct relay){.epoll = epoll_create1(EPOLL_CLOEXEC), .ceiling = ceiling,
                                 .spare = {-1, -1}, .tell_of_young = true};
    if (self->relay.epoll >= 0) return (PyObject *)self;
    int number = errno;
    Py_DECREF(self);
    return failure(number);
}

static void fast_dealloc(FastPath *self) {
    PyTypeObject *type = Py_TYPE(self);
    Py_XDECREF(fast_close(self, NULL));
    free(self->relay.news);
    free(self->relay.closing);
    type->tp_free((PyObject *)self);
    Py_DECREF(type);
}

static PyMethodDef fast_methods[] = {
    {"carry", (PyCFunction)fast_carry, METH_VARARGS, NULL},
    {"close", (PyCFunction)fast_close, METH_NOARGS, NULL},
    {"close_account", (PyCFunction)fast_close_account, METH_O, NULL},
    {"collect", (PyCFunction)fast_collect, METH_O, NULL},
    {"count_young_flows", (PyCFunction)fast_count_young_flows, METH_O, NULL},
    {"counts", (PyCFunction)fast_counts, METH_O, NULL},
    {"fileno", (PyCFunction)fast_fileno, METH_NOARGS, NULL},
    {"know", (PyCFunction)fast_know, METH_VARARGS, NULL},
    {"leave", (PyCFunction)fast_leave, METH_O, NULL},
    {"leave_datagrams", (PyCFunction)fast_leave_datagrams, METH_O, NULL},
    {"lend", (PyCFunction)fast_lend, METH_VARARGS, NULL},
    {"look", (PyCFunction)fast_look, METH_VARARGS, NULL},
    {"make_room", (PyCFunction)fast_make_room, METH_VARARGS, NULL},
    {"modify", (PyCFunction)fast_modify, METH_VARARGS, NULL},
    {"moved", (PyCFunction)fast_moved, METH_O, NULL},
    {"open_account", (PyCFunction)fast_open_account, METH_NOARGS, NULL},
    {"poll", (PyCFunction)fast_poll, METH_VARARGS, NULL},
    {"register", (PyCFunction)fast_register, METH_VARARGS, NULL},
    {"rest", (PyCFunction)fast_rest, METH_VARARGS, NULL},
    {"serve", (PyCFunction)fast_serve, METH_VARARGS, NULL},
    {"serve_datagrams", (PyCFunction)fast_serve_datagrams, METH_VARARGS, NULL},
    {"take_back", (PyCFunction)fast_take_back, METH_O, NULL},
    {"take_flow", (PyCFunction)fast_take_flow, METH_O, NULL},
    {"take_longest_turn", (PyCFunction)fast_take_longest_turn, METH_NOARGS, NULL},
    {"take_news", (PyCFunction)fast_take_news, METH_NOARGS, NULL},
    {"take_tidings", (PyCFunction)fast_take_tidings, METH_NOARGS, NULL},
    {"take_young", (PyCFunction)fast_take_young, METH_VARARGS, NULL},
    {"take_young_flows", (PyCFunction)fast_take_young_flows, METH_VARARGS, NULL},
    {"tell_of_young", (PyCFunction)fast_tell_of_young, METH_NOARGS, NULL},
    {"turn_away", (PyCFunction)fast_turn_away, METH_O, NULL},
    {"unregister", (PyCFunction)fast_unregister, METH_VARARGS, NULL},
    {"welcome", (PyCFunction)fast_welcome, METH_VARARGS, NULL},
    {"young", (PyCFunction)fast_young, METH_O, NULL},
    {"young_flows", (PyCFunction)fast_young_flows, METH_O, NULL},
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
