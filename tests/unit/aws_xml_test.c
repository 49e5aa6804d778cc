#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "aws_xml.h"

#include <stdlib.h>

//  What becomes of the XML, written without blanks.
static void
expect (const char *xml, const char *json)
{
    yyjson_doc *doc;
    assert_int_equal (aws_xml_read (slice_of (xml), &doc), STATUS_OK);
    char *text = yyjson_write (doc, 0, NULL);
    assert_string_equal (text, json);
    free (text);
    yyjson_doc_free (doc);
}

static void
refuse (slice_t xml)
{
    yyjson_doc *doc;
    assert_int_equal (aws_xml_read (xml, &doc), STATUS_MALFORMED);
    assert_null (doc);
}

static void
elements_become_objects_and_texts (void **state)
{
    (void) state;
    expect ("<?xml version=\"1.0\"?>\n<R xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  <Result>\n"
            "    <Arn>arn:aws:iam::1:user/a&amp;b</Arn>\n    <Account>1</Account>\n  </Result>\n"
            "  <ResponseMetadata><RequestId>x</RequestId></ResponseMetadata>\n</R>\n",
            "{\"Result\":{\"Arn\":\"arn:aws:iam::1:user/a&b\",\"Account\":\"1\"},\"ResponseMetadata\":{\"RequestId\":\"x\"}}");
    expect ("<s:E xmlns:s='u'><s:Error><s:Code a='b'>No</s:Code><s:Message/></s:Error></s:E>", "{\"Error\":{\"Code\":\"No\",\"Message\":\"\"}}");
    expect ("<R/>", "{}");
    expect ("<R>text</R>", "{}");
}

static void
of_several_with_one_name_the_first_counts (void **state)
{
    (void) state;
    expect ("<R><A>1</A><A>2</A><B><A>3</A></B><A><C>4</C></A></R>", "{\"A\":\"1\",\"B\":{\"A\":\"3\"}}");
}

static void
what_is_no_whole_document_is_refused (void **state)
{
    (void) state;
    static const char whole [] = "<R><A>text</A></R>";
    for (size_t size = 0; size < sizeof whole - 1; size++)
        refuse ((slice_t) { whole, size });
    refuse (SLICE ("{\"A\":1}"));
    refuse (SLICE ("<R><A></R></A>"));
    refuse (SLICE ("<R>\xff</R>"));
}

static void
a_document_type_is_refused (void **state)
{
    (void) state;
    refuse (SLICE ("<!DOCTYPE R [<!ENTITY a 'aaaa'>]><R><A>&a;</A></R>"));
    refuse (SLICE ("<!DOCTYPE R SYSTEM 'file:///etc/passwd'><R/>"));
}

//  So many elements, inside of one another or beside one another.
static status_t
status_of (int count, bool nested, const char *text)
{
    buffer_t xml;
    buffer_init (&xml, 1 << 20);
    buffer_append_text (&xml, "<R>");
    for (int i = 1; i < count; i++)
        buffer_append_text (&xml, nested ? "<A>" : "<A/>");
    buffer_append_text (&xml, text);
    for (int i = 1; nested && i < count; i++)
        buffer_append_text (&xml, "</A>");
    buffer_append_text (&xml, "</R>");
    yyjson_doc *doc;
    status_t status = aws_xml_read (buffer_slice (&xml), &doc);
    yyjson_doc_free (doc);
    buffer_deinit (&xml);
    return status;
}

static void
depth_number_and_length_have_limits (void **state)
{
    (void) state;
    assert_int_equal (status_of (AWS_XML_DEPTH_MAX, true, ""), STATUS_OK);
    assert_int_equal (status_of (AWS_XML_DEPTH_MAX + 1, true, ""), STATUS_MALFORMED);
    assert_int_equal (status_of (AWS_XML_ELEMENTS_MAX, false, ""), STATUS_OK);
    assert_int_equal (status_of (AWS_XML_ELEMENTS_MAX + 1, false, ""), STATUS_MALFORMED);
    char *text = calloc (1, AWS_XML_TEXT_BYTES_MAX + 2);
    assert_non_null (text);
    memset (text, 'a', AWS_XML_TEXT_BYTES_MAX);
    assert_int_equal (status_of (2, true, text), STATUS_OK);
    text [AWS_XML_TEXT_BYTES_MAX] = 'a';
    assert_int_equal (status_of (2, true, text), STATUS_MALFORMED);
    free (text);
}

int
main (void)
{
    const struct CMUnitTest tests [] = {
        cmocka_unit_test (elements_become_objects_and_texts),
        cmocka_unit_test (of_several_with_one_name_the_first_counts),
        cmocka_unit_test (what_is_no_whole_document_is_refused),
        cmocka_unit_test (a_document_type_is_refused),
        cmocka_unit_test (depth_number_and_length_have_limits),
    };
    return cmocka_run_group_tests (tests, NULL, NULL);
}
