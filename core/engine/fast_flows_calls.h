/* What Python calls of fast_flows.h; fast_path.c includes this once. See fast_path.pyi. */
#pragma once
#include <sys/random.h>

#include "fast_flows.h"

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
    Py_XDECREF(flow->owner);
    free(flow);
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
    if (tiding->flow != NULL)
        return Py_BuildValue("iiONy#", tiding->why, tiding->number, tiding->flow->owner,
                             moved(tiding->flow), data, (Py_ssize_t)tiding->size);
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

static void close_flows(struct relay *relay) {
    struct flows *flows = relay->flows;
    if (flows == NULL) return;
    drop_tidings(flows);
    for (int fd = 0; fd < relay->slot_count; fd++) {
        if (relay->slots[fd].flow != NULL) drop_flow(relay->slots[fd].flow);
        free(relay->slots[fd].port);
    }
    free(flows->table);
    free(flows->news);
    free(flows);
    relay->flows = NULL;
}
