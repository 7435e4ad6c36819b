/* lean_sockets.py in C, for Linux: the same functions, and sockets that do only what a relay does.
 *
 * `_socket.socket` serves every family and every time-out. To take an accepted descriptor it asks
 * for its name, to make it non-blocking it needs one more call, and it would look up the hosts of
 * its addresses. A `LeanSocket` is one descriptor that never blocks: five microseconds less for
 * each short connection. What it is seldom asked for, a `_socket.socket` of the moment does.
 */
#define PY_SSIZE_T_CLEAN
#define _GNU_SOURCE /* accept4() */
#include <Python.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include "addresses.h"

typedef struct {
    PyObject_HEAD
    int fd; /* -1 once closed; the kernel then says EBADF by itself */
    int family;
    int kind; /* SOCK_STREAM or SOCK_DGRAM */
} LeanSocket;

static PyTypeObject *lean_type;
static PyObject *python_socket;

/* Takes the descriptor, also when it fails. */
static PyObject *wrap(int fd, int family, int kind) {
    LeanSocket *self = PyObject_New(LeanSocket, lean_type);
    if (self == NULL) {
        close(fd);
        return NULL;
    }
    self->fd = fd;
    self->family = family;
    self->kind = kind;
    return (PyObject *)self;
}

/* Takes both references, also when it fails. */
static PyObject *pair(PyObject *first, PyObject *second) {
    PyObject *both = first && second ? PyTuple_New(2) : NULL;
    if (both == NULL) {
        Py_XDECREF(first);
        Py_XDECREF(second);
        return NULL;
    }
    PyTuple_SET_ITEM(both, 0, first);
    PyTuple_SET_ITEM(both, 1, second);
    return both;
}

static PyObject *failure(void) { return PyErr_SetFromErrno(PyExc_OSError); }

/* Whether `number` is a C int; it sets the exception if not. */
static int as_int(PyObject *number, int *out) {
    long value = PyLong_AsLong(number);
    if (value == -1 && PyErr_Occurred()) return 0;
    *out = (int)value;
    return 1;
}

/* ---- bytes ---- */

/* None of these calls waits, so most of them keep the interpreter's lock. Those that also run the
 * peer's half of TCP, and take the longest, let it go: so a window gets its turn among them. */

static PyObject *lean_recv_into(LeanSocket *self, PyObject *target) {
    Py_buffer buffer;
    if (PyObject_GetBuffer(target, &buffer, PyBUF_WRITABLE)) return NULL;
    ssize_t size = recv(self->fd, buffer.buf, (size_t)buffer.len, 0);
    PyBuffer_Release(&buffer); /* our own memory: this leaves errno alone */
    return size < 0 ? failure() : PyLong_FromSsize_t(size);
}

static PyObject *lean_send(LeanSocket *self, PyObject *data) {
    Py_buffer buffer;
    ssize_t size;
    if (PyObject_GetBuffer(data, &buffer, PyBUF_SIMPLE)) return NULL;
    Py_BEGIN_ALLOW_THREADS
    size = send(self->fd, buffer.buf, (size_t)buffer.len, MSG_NOSIGNAL);
    Py_END_ALLOW_THREADS
    PyBuffer_Release(&buffer);
    return size < 0 ? failure() : PyLong_FromSsize_t(size);
}

/* ---- beginning and ending ---- */

static PyObject *lean_connect_ex(LeanSocket *self, PyObject *where) {
    struct sockaddr_storage address;
    socklen_t length;
    int number;
    if (!to_address(where, self->family, &address, &length)) return NULL;
    Py_BEGIN_ALLOW_THREADS
    number = connect(self->fd, (struct sockaddr *)&address, length) ? errno : 0;
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(number);
}

static PyObject *lean_connect(LeanSocket *self, PyObject *where) {
    PyObject *number = lean_connect_ex(self, where);
    if (number == NULL) return NULL;
    errno = (int)PyLong_AsLong(number);
    Py_DECREF(number);
    if (errno) return failure();
    Py_RETURN_NONE;
}

static PyObject *lean_shutdown(LeanSocket *self, PyObject *how) {
    int ways;
    if (!as_int(how, &ways)) return NULL;
    if (shutdown(self->fd, ways)) return failure();
    Py_RETURN_NONE;
}

static PyObject *lean_detach(LeanSocket *self, PyObject *Py_UNUSED(nothing)) {
    int fd = self->fd;
    self->fd = -1;
    return PyLong_FromLong(fd);
}

static PyObject *lean_close(LeanSocket *self, PyObject *Py_UNUSED(nothing)) {
    int fd = self->fd;
    self->fd = -1;
    /* The descriptor is free whatever close(2) says; that its peer has reset is no news. */
    if (fd >= 0 && close(fd) && errno != ECONNRESET) return failure();
    Py_RETURN_NONE;
}

static PyObject *lean_fileno(LeanSocket *self, PyObject *Py_UNUSED(nothing)) {
    return PyLong_FromLong(self->fd);
}

/* Apart from dealloc, since a warning about the object brings it back to life for a moment. */
static void lean_finalize(LeanSocket *self) {
    PyObject *kind, *value, *trace;
    PyErr_Fetch(&kind, &value, &trace);
    if (PyErr_ResourceWarning((PyObject *)self, 1, "unclosed %R", self))
        PyErr_WriteUnraisable((PyObject *)self);
    PyErr_Restore(kind, value, trace);
    if (self->fd >= 0) close(self->fd);
    self->fd = -1;
}

static void lean_dealloc(LeanSocket *self) {
    PyTypeObject *type = Py_TYPE(self);
    if (self->fd >= 0 && PyObject_CallFinalizerFromDealloc((PyObject *)self) < 0) return;
    PyObject_Free(self);
    Py_DECREF(type);
}

/* ---- what is rare ---- */

static PyObject *rarely(LeanSocket *self, const char *name, PyObject *arguments) {
    PyObject *sock =
        PyObject_CallFunction(python_socket, "iiii", self->family, self->kind, 0, self->fd);
    if (sock == NULL) return NULL;
    PyObject *method = PyObject_GetAttrString(sock, name), *result = NULL;
    if (method != NULL) {
        result = PyObject_CallObject(method, arguments);
        Py_DECREF(method);
    }
    /* Whatever came of it: the descriptor stays ours. */
    PyObject *kind, *value, *trace;
    PyErr_Fetch(&kind, &value, &trace);
    Py_XDECREF(PyObject_CallMethod(sock, "detach", NULL));
    PyErr_Restore(kind, value, trace);
    Py_DECREF(sock);
    return result;
}

#define RARE(name)                                                                \
    static PyObject *lean_##name(LeanSocket *self, PyObject *arguments) {           \
        return rarely(self, #name, arguments);                                    \
    }
RARE(bind)
RARE(getpeername)
RARE(getsockname)
RARE(getsockopt)
RARE(recv)
RARE(sendmsg)
RARE(setsockopt)

/* ---- the class ---- */

static PyMethodDef lean_methods[] = {
    {"bind", (PyCFunction)lean_bind, METH_VARARGS, NULL},
    {"close", (PyCFunction)lean_close, METH_NOARGS, NULL},
    {"connect", (PyCFunction)lean_connect, METH_O, NULL},
    {"connect_ex", (PyCFunction)lean_connect_ex, METH_O, NULL},
    {"detach", (PyCFunction)lean_detach, METH_NOARGS, NULL},
    {"fileno", (PyCFunction)lean_fileno, METH_NOARGS, NULL},
    {"getpeername", (PyCFunction)lean_getpeername, METH_VARARGS, NULL},
    {"getsockname", (PyCFunction)lean_getsockname, METH_VARARGS, NULL},
    {"getsockopt", (PyCFunction)lean_getsockopt, METH_VARARGS, NULL},
    {"recv", (PyCFunction)lean_recv, METH_VARARGS, NULL},
    {"recv_into", (PyCFunction)lean_recv_into, METH_O, NULL},
    {"send", (PyCFunction)lean_send, METH_O, NULL},
    {"sendmsg", (PyCFunction)lean_sendmsg, METH_VARARGS, NULL},
    {"setsockopt", (PyCFunction)lean_setsockopt, METH_VARARGS, NULL},
    {"shutdown", (PyCFunction)lean_shutdown, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
static PyType_Slot lean_slots[] = {
    {Py_tp_dealloc, lean_dealloc},
    {Py_tp_finalize, lean_finalize},
    {Py_tp_methods, lean_methods},
    {0, NULL},
};
static PyType_Spec lean_spec = {
    .name = "core.engine.lean_sockets.LeanSocket",
    .basicsize = sizeof(LeanSocket),
    .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION,
    .slots = lean_slots,
};

/* ---- the module ---- */

static PyObject *stream_socket(PyObject *Py_UNUSED(module), PyObject *family) {
    int domain, one = 1;
    if (!as_int(family, &domain)) return NULL;
    int fd = socket(domain, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return failure();
    if (setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one)) {
        failure();
        close(fd);
        return NULL;
    }
    return wrap(fd, domain, SOCK_STREAM);
}

static PyObject *datagram_socket(PyObject *Py_UNUSED(module), PyObject *family) {
    int domain;
    if (!as_int(family, &domain)) return NULL;
    int fd = socket(domain, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    return fd < 0 ? failure() : wrap(fd, domain, SOCK_DGRAM);
}

static PyObject *datagram_of(PyObject *Py_UNUSED(module), PyObject *arguments) {
    int fd, family;
    if (!PyArg_ParseTuple(arguments, "ii", &fd, &family)) return NULL;
    return wrap(fd, family, SOCK_DGRAM);
}

static PyObject *stream_of(PyObject *Py_UNUSED(module), PyObject *arguments) {
    int fd, family;
    if (!PyArg_ParseTuple(arguments, "ii", &fd, &family)) return NULL;
    return wrap(fd, family, SOCK_STREAM);
}

static PyObject *accept_stream(PyObject *Py_UNUSED(module), PyObject *const *arguments,
                               Py_ssize_t count) {
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    if (count != 2) {
        PyErr_SetString(PyExc_TypeError, "accept takes a listener and its family");
        return NULL;
    }
    int listener = PyObject_AsFileDescriptor(arguments[0]);
    if (listener < 0) return NULL;
    int fd = accept4(listener, (struct sockaddr *)&address, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return failure();
    PyObject *sock = wrap(fd, address.ss_family, SOCK_STREAM);
    if (sock == NULL) return NULL;
    PyObject *client = from_address(&address);
    if (client == NULL) Py_XDECREF(lean_close((LeanSocket *)sock, NULL));
    return pair(sock, client);
}

static PyMethodDef functions[] = {
    {"accept", (PyCFunction)(void (*)(void))accept_stream, METH_FASTCALL, NULL},
    {"datagram_of", datagram_of, METH_VARARGS, NULL},
    {"datagram_socket", datagram_socket, METH_O, NULL},
    {"stream_of", stream_of, METH_VARARGS, NULL},
    {"stream_socket", stream_socket, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "lean_sockets",
    .m_size = -1,
    .m_methods = functions,
};

PyMODINIT_FUNC PyInit_lean_sockets(void) {
    PyObject *lower = PyImport_ImportModule("_socket");
    if (lower == NULL) return NULL;
    python_socket = PyObject_GetAttrString(lower, "socket");
    Py_DECREF(lower);
    lean_type = (PyTypeObject *)PyType_FromSpec(&lean_spec);
    PyObject *module = PyModule_Create(&definition);
    if (python_socket == NULL || lean_type == NULL || module == NULL ||
        PyModule_AddObjectRef(module, "LeanSocket", (PyObject *)lean_type))
        return NULL;
    return module;
}
