/*  announce - tells ThreadSanitizer what libzmq orders

    libzmq is not instrumented, so ThreadSanitizer cannot see that a message which left one thread before it reached another orders the two, nor
    that the last holder of shared bytes comes after all others. In that build both are announced by the address of the bytes; in every other
    build this is nothing. A write after the send is still found: the test planted_race plants one.

    Thread: any; no state. */

#ifndef ANNOUNCE_H
#define ANNOUNCE_H

#if defined(__SANITIZE_THREAD__)
#define THREAD_SANITIZER
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define THREAD_SANITIZER
#endif
#endif

#ifdef THREAD_SANITIZER
void __tsan_acquire (void *address);
void __tsan_release (void *address);
#define ANNOUNCE_GIVEN(bytes) __tsan_release (bytes)    //  What this thread did with the bytes until now comes before …
#define ANNOUNCE_TAKEN(bytes) __tsan_acquire (bytes)    //  … what the thread does that takes them
#else
#define ANNOUNCE_GIVEN(bytes) ((void) (bytes))
#define ANNOUNCE_TAKEN(bytes) ((void) (bytes))
#endif

#endif
