/* What both load generators share: latencies, clocks, what the system says of the relay, options
 * and the result's one line of JSON. Neither sockets nor scenarios belong in here. */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MAX_PIDS = 64 };

static uint64_t units, errors;                 /* units of work done, and how many failed */

/* ---- latencies: 64 steps per power of two keep every figure within 1.6 % ---- */

static uint32_t histogram[64 * 64];

static void record(int64_t ns) {
    uint64_t v = ns < 64 ? 64 : (uint64_t)ns;
    int shift = 63 - __builtin_clzll(v) - 6;
    histogram[shift * 64 + (int)(v >> shift) - 64]++;
}

static double percentile_us(double part) {
    uint64_t all = 0, seen = 0;
    for (int i = 0; i < 64 * 64; i++) all += histogram[i];
    for (int i = 0; i < 64 * 64; i++) {
        seen += histogram[i];
        if (all && (double)seen >= part * (double)all)
            return (double)((64ull + i % 64) << (i / 64)) / 1e3;
    }
    return 0;
}

/* ---- clocks and what the system says about the relay ---- */

static void die(const char *what) {
    fprintf(stderr, "load: %s (%llu errors, last: %s)\n", what, (unsigned long long)errors,
            strerror(errno));
    exit(1);
}

static int64_t read_clock(clockid_t clock) {
    struct timespec t;
    if (clock_gettime(clock, &t)) die("a process of the relay is gone");
    return t.tv_sec * 1000000000ll + t.tv_nsec;
}

static int64_t now(void) { return read_clock(CLOCK_MONOTONIC); }

static pid_t pids[MAX_PIDS];
static int pid_count;

/* A process's CPU clock counts nanoseconds, of all its threads, ended ones included; the ticks in
 * /proc/PID/stat are 10 ms and /proc/PID/schedstat is the first thread's alone. */
static int64_t relay_cpu(void) {
    int64_t sum = 0;
    for (int i = 0; i < pid_count; i++) {
        clockid_t clock;
        if (clock_getcpuclockid(pids[i], &clock)) die("a process of the relay is gone");
        sum += read_clock(clock);
    }
    return sum;
}

/* smaps_rollup walks the page tables: exact, where statm's counters lag by pages per CPU. */
static long relay_rss_kib(void) {
    long sum = 0, kib;
    for (int i = 0; i < pid_count; i++) {
        char line[256];
        snprintf(line, sizeof line, "/proc/%d/smaps_rollup", (int)pids[i]);
        FILE *file = fopen(line, "r");
        if (!file) die("cannot read the relay's smaps_rollup");
        while (fgets(line, sizeof line, file))
            if (sscanf(line, "Rss: %ld", &kib) == 1) sum += kib;
        fclose(file);
    }
    return sum;
}

static long relay_fds(void) {
    long sum = 0;
    for (int i = 0; i < pid_count; i++) {
        char path[64];
        snprintf(path, sizeof path, "/proc/%d/fd", (int)pids[i]);
        DIR *folder = opendir(path);
        if (!folder) die("cannot list the relay's descriptors");
        for (struct dirent *entry; (entry = readdir(folder));) sum += entry->d_name[0] != '.';
        closedir(folder);
    }
    return sum;
}

/* ---- options ---- */

static const char *option(char **argv, const char *name, const char *fallback) {
    size_t length = strlen(name);
    for (; *argv; argv++)
        if (!strncmp(*argv, name, length) && (*argv)[length] == '=') return *argv + length + 1;
    return fallback;
}

static void read_pids(char *list) {
    for (char *pid; (pid = strsep(&list, ",")) && *pid && pid_count < MAX_PIDS;)
        pids[pid_count++] = atoi(pid);
}
