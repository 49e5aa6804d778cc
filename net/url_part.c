#include "url_part.h"

#include <string.h>

bool
url_part (CURLU *url, CURLUPart what, unsigned flags, char *text, size_t size)
{
    char *part = NULL;
    bool fits = curl_url_get (url, what, &part, flags) == CURLUE_OK && strlen (part) < size;
    if (fits)
        memcpy (text, part, strlen (part) + 1);
    curl_free (part);
    return fits;
}
