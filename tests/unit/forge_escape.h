/*
 * forge_escape.h - what servers make of a text that is not their own.
 */
#ifndef FORGE_ESCAPE_H
#define FORGE_ESCAPE_H

#include "forge.h"

forge_escape forge_escape_raw;
forge_escape forge_escape_raw_with_nul;
forge_escape forge_escape_word;
forge_escape forge_escape_postfix_helo;
forge_escape forge_escape_postfix_comment;
forge_escape forge_escape_sendmail_helo;
forge_escape forge_escape_sendmail_ident;
forge_escape forge_escape_qmail;
forge_escape forge_escape_qmail_brackets;
forge_escape forge_escape_courier;
forge_escape forge_escape_exim_ident;
forge_escape forge_escape_name;
forge_escape forge_escape_host;
forge_escape forge_escape_host_or_literal;
forge_escape forge_escape_path;
forge_escape forge_escape_go_quoted;

#endif
