//! Real files, real threads, real kills.
