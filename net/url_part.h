/*  url_part - one part of a URL, as a text of bounded size

    libcurl's own parser reads URLs, so that what is checked is what is connected to.

    Thread: any; no state. */

#ifndef URL_PART_H
#define URL_PART_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>

//  Copies the part with its final zero; false when there is none or it does not fit. flags: as curl_url_get has them.
bool url_part (CURLU *url, CURLUPart what, unsigned flags, char *text, size_t size);

#endif
