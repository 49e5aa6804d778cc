/*  mcp_words - messages of clients, as they write them */

#ifndef MCP_WORDS_H
#define MCP_WORDS_H

#define MODERN "2026-07-28"

#define VERSION_KEY "\"io.modelcontextprotocol/protocolVersion\":"
#define CAPABILITIES "\"io.modelcontextprotocol/clientCapabilities\":{}"

//  A member of params: this is a request of the modern era, in this version of it.
#define META(version) "\"_meta\":{" CAPABILITIES "," VERSION_KEY "\"" version "\"}"

//  params: its members.
#define REQUEST(method, params) "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" method "\",\"params\":{" params "}}"
#define NOTIFICATION(method, params) "{\"jsonrpc\":\"2.0\",\"method\":\"" method "\",\"params\":{" params "}}"

#define INITIALIZE(version) \
    REQUEST ("initialize", "\"protocolVersion\":\"" version "\",\"capabilities\":{},\"clientInfo\":{\"name\":\"a\",\"version\":\"1\"}")

//  Who answers.
#define SERVER_INFO "{\"name\":\"cloudwatch-mcp\",\"title\":\"CloudWatch\",\"version\":\"" CLOUDWATCH_MCP_VERSION "\"}"
#define SERVER_META "\"_meta\":{\"io.modelcontextprotocol/serverInfo\":" SERVER_INFO "}"

//  How answers begin: to request 1, and to what could not be read.
#define RESULT "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{"
#define ERROR(code) "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":" code
#define ERROR_WITHOUT_ID(code) "{\"jsonrpc\":\"2.0\",\"error\":{\"code\":" code

#endif
