#pragma once
// The larger grammars of syntax.cpp, a file each: syntax_list.cpp, syntax_fetch.cpp, syntax_search.cpp. Errors are left in the scanner.

#include "imap/scanner.h"
#include "imap/syntax.h"

namespace imap {

StatusItems status_items(Scanner& in);
ListArguments list_arguments(Scanner& in);
ListArguments lsub_arguments(Scanner& in);
FetchArguments fetch_arguments(Scanner& in);
SearchArguments search_arguments(Scanner& in);

}  // namespace imap
