/* Addresses between Python and the system, for the engine's modules in C; each includes it once. */
#pragma once
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/* ("host", port) or, of IPv6, ("host", port, flow, zone) into `out`; sets the exception if it is
 * no literal of this family. */
static int to_address(PyObject *where, int family, struct sockaddr_storage *out,
                      socklen_t *length) {
    const char *host;
    int port;
    unsigned flow = 0, zone = 0;
    if (!PyArg_ParseTuple(where, "si|II", &host, &port, &flow, &zone)) return 0;
    if (port < 0 || port > 65535) {
        PyErr_SetString(PyExc_OverflowError, "a port is a number from 0 to 65535");
        return 0;
    }
    memset(out, 0, sizeof *out);
    int understood;
    if (family == AF_INET6) {
        struct sockaddr_in6 *in = (struct sockaddr_in6 *)out;
        *in = (struct sockaddr_in6){.sin6_family = AF_INET6,
                                    .sin6_port = htons((uint16_t)port),
                                    .sin6_flowinfo = htonl(flow),
                                    .sin6_scope_id = zone};
        *length = sizeof *in;
        understood = inet_pton(AF_INET6, host, &in->sin6_addr);
    } else {
        struct sockaddr_in *in = (struct sockaddr_in *)out;
        *in = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
        *length = sizeof *in;
        understood = inet_pton(AF_INET, host, &in->sin_addr);
    }
    if (understood == 1) return 1;
    errno = EAFNOSUPPORT; /* no literal of this family: names are looked up elsewhere */
    PyErr_SetFromErrno(PyExc_OSError);
    return 0;
}

/* The other way round, as the socket module writes them. */
static PyObject *from_address(const void *address) {
    char host[INET6_ADDRSTRLEN], *end = host;
    if (((const struct sockaddr *)address)->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in = address;
        if (inet_ntop(AF_INET6, &in->sin6_addr, host, sizeof host) == NULL)
            return PyErr_SetFromErrno(PyExc_OSError);
        return Py_BuildValue("sHII", host, ntohs(in->sin6_port), ntohl(in->sin6_flowinfo),
                             in->sin6_scope_id);
    }
    const struct sockaddr_in *in = address;
    const uint8_t *part = (const uint8_t *)&in->sin_addr;
    for (int i = 0; i < 4; i++) { /* by hand: inet_ntop() goes through printf() */
        if (part[i] >= 100) *end++ = (char)('0' + part[i] / 100);
        if (part[i] >= 10) *end++ = (char)('0' + part[i] / 10 % 10);
        *end++ = (char)('0' + part[i] % 10);
        *end++ = '.';
    }
    return Py_BuildValue("s#H", host, (Py_ssize_t)(end - host - 1), ntohs(in->sin_port));
}
