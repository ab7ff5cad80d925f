/* The far end of the posts bench: a stand-in for the @connections endpoint that is faster than every client measured against it.
 *
 *   sink <port> <certificate.pem> <key.pem> <delay in milliseconds>
 *
 * One thread, epoll, TLS, HTTP/1.1 keep-alive. A request whose path contains "/gone" is answered 410, every other one 200, each
 * after the delay. It reads requests whole (head, then Content-Length bytes) and refuses to guess: anything else ends the process. */
#define _GNU_SOURCE
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 32768, MAX_FDS = 65536, MAX_EVENTS = 256, MAX_WAITING = 65536 };

static const char OK[] = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 0\r\nx-amzn-RequestId: "
                         "3b1f0b3e-0000-4000-8000-c0ffee000000\r\nConnection: keep-alive\r\n\r\n";
static const char GONE[] = "HTTP/1.1 410 Gone\r\nContent-Type: application/json\r\nContent-Length: 18\r\nx-amzn-ErrorType: "
                           "GoneException\r\nConnection: keep-alive\r\n\r\n{\"message\":\"Gone\"}";

struct peer {
    SSL *tls;
    unsigned generation; /* tells an answer that waits for a closed peer from one for its successor on the same fd */
    int have;
    char buffer[BUFFER];
};
struct waiting {
    int fd, gone;
    unsigned generation;
    long long due;
};

static struct peer *peers[MAX_FDS];
static struct waiting queue[MAX_WAITING];
static unsigned head, tail, generations;
static long long delay_ns;

static void die(const char *why) {
    perror(why);
    exit(1);
}

static long long now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void hang_up(int fd) {
    SSL_free(peers[fd]->tls);
    free(peers[fd]);
    peers[fd] = NULL;
    close(fd);
}

static int answer(int fd, int gone) {
    const char *text = gone ? GONE : OK;
    int size = gone ? sizeof GONE - 1 : sizeof OK - 1;
    return SSL_write(peers[fd]->tls, text, size) == size;
}

/* The length of the first whole request in the buffer, 0 if there is none yet. */
static int request_length(struct peer *p, int *gone) {
    p->buffer[p->have] = 0;
    char *end = strstr(p->buffer, "\r\n\r\n");
    if (!end) return 0;
    char *length = strcasestr(p->buffer, "\r\ncontent-length:");
    int body = length && length < end ? atoi(length + 17) : 0;
    int whole = (int)(end - p->buffer) + 4 + body;
    if (whole > BUFFER - 1) {
        fprintf(stderr, "a request of %d bytes is larger than this sink reads\n", whole);
        exit(1);
    }
    char *path = strstr(p->buffer, "/gone");
    *gone = path && path < strchr(p->buffer, '\r');
    return p->have >= whole ? whole : 0;
}

static void serve(int fd) {
    struct peer *p = peers[fd];
    for (;;) {
        int got = SSL_read(p->tls, p->buffer + p->have, BUFFER - 1 - p->have);
        if (got <= 0) {
            int why = SSL_get_error(p->tls, got);
            if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) hang_up(fd);
            return;
        }
        p->have += got;
        int gone, whole;
        while ((whole = request_length(p, &gone))) {
            memmove(p->buffer, p->buffer + whole, p->have - whole);
            p->have -= whole;
            if (delay_ns) {
                queue[tail++ % MAX_WAITING] = (struct waiting){fd, gone, p->generation, now_ns() + delay_ns};
            } else if (!answer(fd, gone)) {
                hang_up(fd);
                return;
            }
        }
        if (!SSL_has_pending(p->tls) && got < 16384) return;
    }
}

static void answer_due(void) {
    long long now = now_ns();
    for (; head != tail && queue[head % MAX_WAITING].due <= now; head++) {
        struct waiting *w = &queue[head % MAX_WAITING];
        if (peers[w->fd] && peers[w->fd]->generation == w->generation && !answer(w->fd, w->gone)) hang_up(w->fd);
    }
}

int main(int argc, char **argv) {
    if (argc != 5) return fprintf(stderr, "usage: sink <port> <certificate.pem> <key.pem> <delay ms>\n"), 2;
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* the bench must leave nothing behind, however it ends */
    delay_ns = atoll(argv[4]) * 1000000LL;

    SSL_CTX *context = SSL_CTX_new(TLS_server_method());
    if (SSL_CTX_use_certificate_file(context, argv[2], SSL_FILETYPE_PEM) != 1 ||
        SSL_CTX_use_PrivateKey_file(context, argv[3], SSL_FILETYPE_PEM) != 1)
        return fprintf(stderr, "cannot read %s or %s\n", argv[2], argv[3]), 2;

    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1])), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof address;
    if (bind(listener, (void *)&address, size) || listen(listener, 1024)) die("listen");
    getsockname(listener, (void *)&address, &size);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);

    int poll = epoll_create1(0);
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[MAX_EVENTS];
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &event);
    event.data.fd = timer;
    epoll_ctl(poll, EPOLL_CTL_ADD, timer, &event);

    for (;;) {
        if (head != tail) {
            long long due = queue[head % MAX_WAITING].due;
            struct itimerspec at = {.it_value = {due / 1000000000LL, due % 1000000000LL}};
            timerfd_settime(timer, TFD_TIMER_ABSTIME, &at, NULL);
        }
        int ready = epoll_wait(poll, events, MAX_EVENTS, -1);
        for (int i = 0; i < ready; i++) {
            int fd = events[i].data.fd;
            if (fd == timer) {
                unsigned long long ticks;
                if (read(timer, &ticks, sizeof ticks) < 0) continue;
            } else if (fd == listener) {
                int accepted = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
                if (accepted < 0) continue;
                if (accepted >= MAX_FDS) die("too many connections");
                setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
                struct peer *p = calloc(1, sizeof *p);
                p->generation = ++generations;
                p->tls = SSL_new(context);
                SSL_set_fd(p->tls, accepted);
                SSL_set_accept_state(p->tls);
                peers[accepted] = p;
                event = (struct epoll_event){.events = EPOLLIN, .data.fd = accepted};
                epoll_ctl(poll, EPOLL_CTL_ADD, accepted, &event);
            } else {
                serve(fd);
            }
        }
        answer_due();
    }
}
