/* Datagrams into and out of the messages of batch.py, for Linux; see datagrams.pyi. */
#define PY_SSIZE_T_CLEAN
#define _GNU_SOURCE /* recvmmsg() */
#include <Python.h>
#include <errno.h>
#include <stdint.h>
#include <sys/socket.h>

/* The arguments of all of them: numbers, of which the second is where the messages are. */
static int parsed(PyObject *const *arguments, Py_ssize_t count, Py_ssize_t wanted, long long *out) {
    if (count != wanted) {
        PyErr_Format(PyExc_TypeError, "%zd arguments, not %zd", wanted, count);
        return 0;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        out[i] = PyLong_AsLongLong(arguments[i]);
        if (out[i] == -1 && PyErr_Occurred()) return 0;
    }
    return 1;
}

static struct mmsghdr *messages_at(long long address) {
    return (struct mmsghdr *)(uintptr_t)address;
}

static PyObject *receive(PyObject *Py_UNUSED(module), PyObject *const *arguments,
                         Py_ssize_t count) {
    long long given[3];
    int done;
    if (!parsed(arguments, count, 3, given)) return NULL;
    Py_BEGIN_ALLOW_THREADS
    done = recvmmsg((int)given[0], messages_at(given[1]), (unsigned)given[2], 0, NULL);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(done < 0 ? -errno : done);
}

static PyObject *send_all(PyObject *Py_UNUSED(module), PyObject *const *arguments,
                          Py_ssize_t count) {
    long long given[3];
    int done;
    if (!parsed(arguments, count, 3, given)) return NULL;
    Py_BEGIN_ALLOW_THREADS
    done = sendmmsg((int)given[0], messages_at(given[1]), (unsigned)given[2], 0);
    Py_END_ALLOW_THREADS
    return PyLong_FromLong(done < 0 ? -errno : done);
}

/* recv() never waits here, and takes less than to let the lock go and to have it again. */
static PyObject *take(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count) {
    long long given[4];
    if (!parsed(arguments, count, 4, given)) return NULL;
    struct msghdr *message = &messages_at(given[1])->msg_hdr;
    ssize_t size = recv((int)given[0], message->msg_iov->iov_base, (size_t)given[3], 0);
    if (size < 0) return PyErr_SetFromErrno(PyExc_OSError);
    message->msg_iov->iov_len = (size_t)size;
    message->msg_name = (void *)(uintptr_t)given[2];
    return PyLong_FromSsize_t(size);
}

/* The same is true of send(): what it takes long for is the way to the receiver's socket. */
static PyObject *push(PyObject *Py_UNUSED(module), PyObject *const *arguments, Py_ssize_t count) {
    long long given[2];
    if (!parsed(arguments, count, 2, given)) return NULL;
    struct mmsghdr *message = messages_at(given[1]);
    ssize_t size = send((int)given[0], message->msg_hdr.msg_iov->iov_base, message->msg_len,
                        MSG_NOSIGNAL);
    return PyLong_FromSsize_t(size < 0 ? -errno : size);
}

static PyMethodDef functions[] = {
    {"push", (PyCFunction)(void (*)(void))push, METH_FASTCALL, NULL},
    {"receive", (PyCFunction)(void (*)(void))receive, METH_FASTCALL, NULL},
    {"send", (PyCFunction)(void (*)(void))send_all, METH_FASTCALL, NULL},
    {"take", (PyCFunction)(void (*)(void))take, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "datagrams",
    .m_methods = functions,
};

PyMODINIT_FUNC PyInit_datagrams(void) { return PyModuleDef_Init(&definition); }
