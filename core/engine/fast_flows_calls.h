/* What Python calls of fast_flows.h; fast_path.c includes this once. See fast_path.pyi. */
#pragma once
#include <sys/random.h>

#include "fast_datagrams.h"

typedef struct {
    PyObject_HEAD
    struct relay relay;
} FastPath;

static struct flows *need_flows(struct relay *relay) {
    struct flows *flows = relay->flows;
    if (flows != NULL) return flows;
    /* Real memory is taken only where it is written: small datagrams use little of it. */
    if ((flows = calloc(1, sizeof *flows)) == NULL) return (struct flows *)PyErr_NoMemory();
    for (int i = 0; i < BATCH; i++) {
        flows->in_part[i] = (struct iovec){flows->data + i * STRIDE, LARGEST};
        flows->in[i].msg_hdr = (struct msghdr){
            .msg_name = &flows->in_key[i].name, .msg_iov = &flows->in_part[i], .msg_iovlen = 1};
    }
    /* Whoever could tell where in the table a client comes could make all come to one place. */
    if (getrandom(&flows->seed, sizeof flows->seed, GRND_NONBLOCK) < 0)
        flows->seed = (uint64_t)(uintptr_t)flows;
    return relay->flows = flows;
}

static struct port *a_port(struct relay *relay, int fd) {
    if (fd >= 0 && fd < relay->slot_count && relay->slots[fd].port != NULL)
        return relay->slots[fd].port;
    PyErr_SetString(PyExc_LookupError, "no such port is served");
    return NULL;
}

static PyObject *fast_serve_datagrams(FastPath *self, PyObject *arguments) {
    struct relay *relay = &self->relay;
    int fd, family, told;
    if (!PyArg_ParseTuple(arguments, "iip", &fd, &family, &told)) return NULL;
    if (need_flows(relay) == NULL) return NULL;
    struct port *port = calloc(1, sizeof *port);
    if (port == NULL) return PyErr_NoMemory();
    *port = (struct port){.fd = fd, .family = family, .told = told};
    occupy(relay, fd, (struct slot){.port = port});
    Py_RETURN_NONE;
}

static PyObject *fast_leave_datagrams(FastPath *self, PyObject *which) {
    struct relay *relay = &self->relay;
    struct port *port = a_port(relay, (int)PyLong_AsLong(which));
    if (port == NULL) return NULL;
    if (port->flow_count) {
        PyErr_SetString(PyExc_RuntimeError, "flows of this port are still lent");
        return NULL;
    }
    /* News of it may not have been taken yet. */
    struct flows *flows = relay->flows;
    int kept = 0;
    for (int i = 0; i < flows->news_count; i++) {
        if (flows->news[i].port == port) free(flows->news[i].data);
        else flows->news[kept++] = flows->news[i];
    }
    flows->news_count = kept;
    relay->slots[port->fd] = (struct slot){0};
    free(port);
    Py_RETURN_NONE;
}

/* ---- flows ---- */

static PyObject *fast_lend(FastPath *self, PyObject *arguments) {
    struct relay *relay = &self->relay;
    PyObject *owner;
    int fd, listener;
    Py_buffer name, ours, control;
    if (!PyArg_ParseTuple(arguments, "Oiiy*y*y*", &owner, &fd, &listener, &name, &ours, &control))
        return NULL;
    struct port *port = a_port(relay, listener);
    struct flow *flow = port == NULL ? NULL : calloc(1, sizeof *flow);
    if (port != NULL && flow == NULL) PyErr_NoMemory();
    if (flow != NULL && ((size_t)name.len > sizeof flow->key.name ||
                         (size_t)ours.len > sizeof flow->key.ours || control.len > CONTROL)) {
        PyErr_SetString(PyExc_ValueError, "an address is longer than any");
        free(flow);
        flow = NULL;
    }
    if (flow != NULL) {
        flow->fd = fd;
        flow->port = port;
        memcpy(&flow->key.name, name.buf, (size_t)name.len);
        memcpy(flow->key.ours, ours.buf, (size_t)ours.len);
        memcpy(flow->control, control.buf, (size_t)control.len);
        flow->control_size = (size_t)control.len;
        Py_INCREF(owner);
        flow->owner = owner;
        add_flow(relay, flow);
        if (port->crowd != NULL) join_crowd(relay->flows, port->crowd, flow);
    }
    PyBuffer_Release(&name);
    PyBuffer_Release(&ours);
    PyBuffer_Release(&control);
    if (flow == NULL) return NULL;
    Py_RETURN_NONE;
}

static struct flow *lent(struct relay *relay, PyObject *which) {
    long fd = PyLong_AsLong(which);
    if (fd >= 0 && fd < relay->slot_count && relay->slots[fd].flow != NULL)
        return relay->slots[fd].flow;
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_LookupError, "no such flow is lent");
    return NULL;
}

/* What moved since it was last asked. */
static PyObject *moved(struct flow *flow) {
    PyObject *all = Py_BuildValue("LLLi", flow->up, flow->down, flow->empty, flow->latest);
    flow->up = flow->down = flow->empty = flow->latest = 0;
    return all;
}

static PyObject *fast_moved(FastPath *self, PyObject *which) {
    struct flow *flow = lent(&self->relay, which);
    return flow == NULL ? NULL : moved(flow);
}

static void drop_flow(struct flow *flow) {
    if (flow->owner == NULL) close(flow->fd);
    Py_XDECREF((PyObject *)flow->owner);
    free(flow);
}

/* What is known of a young flow, which is not found any more; frees it. */
static PyObject *described_flow(struct flow *flow) {
    bool is_six = flow->key.name.sin6_family == AF_INET6;
    PyObject *all = Py_BuildValue(
        "iiy#y#LddONi", flow->listener, flow->fd, &flow->key, (Py_ssize_t)(is_six ? 28 : 8),
        flow->key.ours, (Py_ssize_t)(flow->control_size == 0 ? 0 : is_six ? 16 : 4), flow->first,
        now() - flow->begun, flow->last, flow->moved ? Py_True : Py_False,
        Py_BuildValue("LLL", flow->up, flow->down, flow->empty), flow->latest);
    free(flow);
    return all;
}

static PyObject *fast_take_flow(FastPath *self, PyObject *which) {
    struct flow *flow = lent(&self->relay, which);
    if (flow == NULL) return NULL;
    remove_flow(&self->relay, flow);
    PyObject *all = moved(flow);
    drop_flow(flow);
    return all;
}

static PyObject *told(struct tiding *tiding) {
    const char *data = tiding->data == NULL ? "" : tiding->data;
    if (tiding->flow != NULL) {
        struct flow *flow = tiding->flow;
        tiding->flow = NULL;
        if (flow->owner == NULL)
            return Py_BuildValue("iiN()y#", tiding->why, tiding->number, described_flow(flow),
                                 data, (Py_ssize_t)tiding->size);
        PyObject *counts = moved(flow);
        PyObject *one = Py_BuildValue("iiONy#", tiding->why, tiding->number, flow->owner, counts,
                                      data, (Py_ssize_t)tiding->size);
        drop_flow(flow);
        return one;
    }
    bool is_six = tiding->port->family == AF_INET6;
    int ours = !tiding->port->told ? 0 : is_six ? 16 : 4;
    return Py_BuildValue("iii(y#y#i)y#", tiding->why, tiding->number, tiding->port->fd,
                         &tiding->key, (Py_ssize_t)(is_six ? 28 : 8), tiding->key.ours,
                         (Py_ssize_t)ours, tiding->times, data, (Py_ssize_t)tiding->size);
}

static void drop_tidings(struct flows *flows) {
    for (int i = 0; i < flows->news_count; i++) {
        free(flows->news[i].data);
        if (flows->news[i].flow != NULL) drop_flow(flows->news[i].flow);
    }
    flows->news_count = 0;
}

static PyObject *fast_take_tidings(FastPath *self, PyObject *Py_UNUSED(nothing)) {
    struct flows *flows = self->relay.flows;
    PyObject *all = PyList_New(flows == NULL ? 0 : flows->news_count);
    for (int i = 0; all != NULL && i < PyList_GET_SIZE(all); i++) {
        PyObject *one = told(&flows->news[i]);
        if (one != NULL) PyList_SET_ITEM(all, i, one);
        else Py_CLEAR(all);
    }
    if (flows != NULL) drop_tidings(flows);
    return all;
}

/* ---- young flows ---- */

static struct account *an_account(struct relay *relay, int number);
static struct route *a_route(struct relay *relay, int number, int family, PyObject *where);

static struct crowd *a_crowd(struct relay *relay, int number) {
    struct account *account = an_account(relay, number);
    if (account == NULL || account->crowd != NULL) return account == NULL ? NULL : account->crowd;
    struct crowd *crowd = calloc(1, sizeof *crowd);
    if (crowd == NULL) return (struct crowd *)PyErr_NoMemory();
    crowd->account = number;
    crowd->flows.before = crowd->flows.after = &crowd->flows;
    return account->crowd = crowd;
}

static PyObject *fast_welcome(FastPath *self, PyObject *arguments) {
    struct relay *relay = &self->relay;
    int fd, number, family, most;
    PyObject *where;
    if (!PyArg_ParseTuple(arguments, "iiiO!i", &fd, &number, &family, &PyTuple_Type, &where, &most))
        return NULL;
    struct port *port = a_port(relay, fd);
    struct crowd *crowd = port == NULL ? NULL : a_crowd(relay, number);
    struct route *route = crowd == NULL ? NULL : a_route(relay, number, family, where);
    if (route == NULL) return NULL;
    crowd->most = most;
    port->crowd = crowd;
    port->route = route;
    Py_RETURN_NONE;
}

static PyObject *fast_turn_away(FastPath *self, PyObject *which) {
    struct port *port = a_port(&self->relay, (int)PyLong_AsLong(which));
    if (port == NULL) return NULL;
    port->route = NULL;
    Py_RETURN_NONE;
}

static PyObject *fast_know(FastPath *self, PyObject *arguments) {
    struct relay *relay = &self->relay;
    int number, all, fd, here;
    if (!PyArg_ParseTuple(arguments, "iiii", &number, &all, &fd, &here)) return NULL;
    struct crowd *crowd = a_crowd(relay, number);
    if (crowd == NULL) return NULL;
    crowd->known = all;
    if (fd >= 0 && fd < relay->slot_count && relay->slots[fd].port != NULL)
        relay->slots[fd].port->known = here;
    Py_RETURN_NONE;
}

/* The first young flows, or those in conversation, as the slow path is told of them. */
static PyObject *taken(struct relay *relay, struct crowd *crowd, int most, bool conversing) {
    PyObject *all = PyList_New(0);
    struct link *link = crowd->flows.after, *next;
    for (; all != NULL && link != &crowd->flows && most > 0; link = next) {
        struct flow *flow = FLOW_OF(link, in_crowd);
        next = link->after;
        if (flow->owner != NULL) continue;
        if (conversing && !converses(flow)) {
            flow->moved = false;
            continue;
        }
        most--;
        remove_flow(relay, flow);
        PyObject *one = described_flow(flow);
        if (one == NULL || PyList_Append(all, one)) Py_CLEAR(all);
        Py_XDECREF(one);
    }
    return all;
}

static PyObject *fast_take_young_flows(FastPath *self, PyObject *arguments) {
    struct relay *relay = &self->relay;
    int number, most;
    if (!PyArg_ParseTuple(arguments, "ii", &number, &most)) return NULL;
    struct crowd *crowd = a_crowd(relay, number);
    return crowd == NULL ? NULL : taken(relay, crowd, most, false);
}

static PyObject *fast_look(FastPath *self, PyObject *arguments) {
    struct relay *relay = &self->relay;
    int number;
    double time, timeout;
    if (!PyArg_ParseTuple(arguments, "idd", &number, &time, &timeout)) return NULL;
    struct crowd *crowd = a_crowd(relay, number);
    if (crowd == NULL) return NULL;
    look(relay, crowd, time, timeout);
    close_now(relay);
    return taken(relay, crowd, INT_MAX, true);
}

static PyObject *fast_make_room(FastPath *self, PyObject *arguments) {
    struct relay *relay = &self->relay;
    int number;
    Py_buffer name;
    if (!PyArg_ParseTuple(arguments, "iy*", &number, &name)) return NULL;
    struct key key = {.ours = {0, 0}};
    if ((size_t)name.len <= sizeof key.name) memcpy(&key.name, name.buf, (size_t)name.len);
    PyBuffer_Release(&name);
    struct crowd *crowd = a_crowd(relay, number);
    if (crowd == NULL) return NULL;
    bool done = relay->flows != NULL && make_room(relay, crowd, &key);
    close_now(relay);
    return PyBool_FromLong(done);
}

static PyObject *fast_rest(FastPath *self, PyObject *arguments) {
    PyObject *which;
    int rests;
    if (!PyArg_ParseTuple(arguments, "Op", &which, &rests)) return NULL;
    struct flow *flow = lent(&self->relay, which);
    if (flow == NULL) return NULL;
    if (flow->crowd != NULL) set_rest(flow, rests);
    Py_RETURN_NONE;
}

static PyObject *fast_young_flows(FastPath *self, PyObject *which) {
    struct crowd *crowd = a_crowd(&self->relay, (int)PyLong_AsLong(which));
    if (crowd == NULL) return NULL;
    long long up = 0, down = 0;
    for (struct link *link = crowd->flows.after; link != &crowd->flows; link = link->after) {
        struct flow *flow = FLOW_OF(link, in_crowd);
        if (flow->owner != NULL) continue;
        up += flow->up;
        down += flow->down;
    }
    return Py_BuildValue("iLL", crowd->count, up, down);
}

static PyObject *fast_count_young_flows(FastPath *self, PyObject *which) {
    struct crowd *crowd = a_crowd(&self->relay, (int)PyLong_AsLong(which));
    return crowd == NULL ? NULL : PyLong_FromLong(crowd->count);
}

static void close_flows(struct relay *relay) {
    struct flows *flows = relay->flows;
    if (flows == NULL) return;
    drop_tidings(flows);
    for (int fd = 0; fd < relay->slot_count; fd++) {
        struct flow *flow = relay->slots[fd].flow;
        if (flow != NULL) {
            remove_flow(relay, flow);
            drop_flow(flow);
        }
    }
    for (int fd = 0; fd < relay->slot_count; fd++) free(relay->slots[fd].port);
    free(flows->table);
    free(flows->news);
    free(flows);
    relay->flows = NULL;
}
