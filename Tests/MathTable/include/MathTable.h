#pragma once

/// Calls each mathematical function that the program was linked with, and the C library's of the same name, with the same
/// numbers, and writes a line on standard output for each that answers differently.
///
/// - Parameters:
///   - functions: gets how many there are.
///   - late: gets how many of them are not the C library's own.
/// - Returns: how many differ; -1 where the library cannot be loaded.
int math_table_check(int *functions, int *late);
