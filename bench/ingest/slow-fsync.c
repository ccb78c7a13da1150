/* Makes every fsync and fdatasync of a process take FSYNC_DELAY_US microseconds longer: a slow disk, by LD_PRELOAD. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>

static void wait_as_set(void) {
  const char *delay_us = getenv("FSYNC_DELAY_US");
  long us = delay_us == NULL ? 0 : atol(delay_us);
  struct timespec delay = {us / 1000000, (us % 1000000) * 1000};
  if (us > 0) nanosleep(&delay, NULL);
}

int fsync(int fd) {
  wait_as_set();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fsync"))(fd);
}

int fdatasync(int fd) {
  wait_as_set();
  return ((int (*)(int))dlsym(RTLD_NEXT, "fdatasync"))(fd);
}
