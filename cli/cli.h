/*  cli - the program's subcommands, one file each

    Each takes the arguments behind its name and returns the process's exit code: 0 done, 1 it went wrong, 2 it was asked for wrongly.

    Thread: main. */

#ifndef CLI_H
#define CLI_H

#include "config.h"
#include "contract.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

typedef int (subcommand_fn) (int argc, char *const *argv);

subcommand_fn cli_serve;                //  Serve MCP (the default)
subcommand_fn cli_demo;                 //  The same, against the simulator
subcommand_fn cli_call;                 //  Call one tool, here and now
subcommand_fn cli_tools;                //  List the tools
subcommand_fn cli_metrics;              //  Look into the catalogue of metrics
subcommand_fn cli_guide;                //  Show a guide
subcommand_fn cli_trace;                //  The calls of a running server
subcommand_fn cli_top;                  //  What a running server is doing now
subcommand_fn cli_doctor;               //  Say what works, what does not, and what to do about it

//  Reads the configuration, or says on standard error what is wrong with it and returns EXIT_USAGE. rest: arguments that are no flags.
int  cli_configure (config_t *config, int argc, char *const *argv, int *rest);

//  The contracts of this program; a contract that is wrong is a defect of the build, told on standard error. NULL then.
contracts_t *cli_contracts (void);

//  What a subcommand does before it makes threads: czmq without its signal handlers, libcurl ready, the descriptor limit raised, no core dumps
//  with secrets.
void cli_start (void);

//  Lowers connections_max to what the descriptor limit leaves, where that is too little for it, and logs so.
void cli_fit_connections (config_t *config);

//  Blocks SIGTERM and SIGINT for this thread and all that it makes from here on, and returns a signalfd on which they arrive; -1 with errno set.
int  cli_signal_fd (void);

#endif
