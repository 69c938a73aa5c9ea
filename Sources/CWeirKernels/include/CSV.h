#ifndef WEIR_CSV_H
#define WEIR_CSV_H

#include <stddef.h>
#include <stdint.h>

// All of these read up to 64 bytes past the end of the text that they are given: it must lie in a buffer that long.

/// What a block of a CSV text holds, while it is not known whether it starts inside of quotes.
typedef struct {
  uint64_t quotes;
  /// Line ends outside of quotes where the block starts outside of them [0], or inside [1].
  uint64_t lines[2];
  /// The offset after the first such line end; 0 where there is none.
  uint64_t first[2];
  /// Whether there is a zero byte, and a byte above 127.
  uint8_t has_zero, has_high;
} weir_csv_survey_result;

void weir_csv_survey(const uint8_t *bytes, size_t count, weir_csv_survey_result *result);

/// Where the fields of a text end. The text starts at a record and ends with a line end.
typedef struct {
  const uint8_t *bytes;
  size_t count;
  uint8_t delimiter;
  /// Room for `capacity` offsets of delimiters and line ends outside of quotes.
  uint32_t *ends;
  size_t capacity;
  /// All zero at first, but `after_end`, which is 1; the rest is the state between two calls.
  size_t position, found, lines;
  uint64_t in_quotes, after_end, after_close;
  /// Quotes where RFC 4180 has none: within a field that does not start with one, or with text after the closing one.
  uint8_t irregular;
  uint8_t has_high;
} weir_csv_index;

/// Goes on until the text ends (`position` is `count` then) or there is no room for another 64 offsets.
void weir_csv_find_ends(weir_csv_index *index);

/// Whether every record has `width` fields, and none is a blank line.
int weir_csv_is_even(const uint8_t *bytes, const uint32_t *ends, size_t found, size_t lines, size_t width);

/// One column of a text whose records all have `width` fields.
typedef struct {
  const uint8_t *bytes;
  /// Where the fields end, record after record; the number before the first is UINT32_MAX.
  const uint32_t *ends;
  size_t width, column, rows;
  uint8_t decimal;
  /// Numbers with leading zeros, and whole ones too long for 64 bits, are not read.
  uint8_t strict;
  uint8_t empty_is_missing;
  /// Whether a text that stands for a missing value starts with this byte, and these texts: lengths and bytes.
  const uint8_t *marker_starts;
  const uint8_t *markers;
  const uint32_t *marker_lengths;
  size_t marker_count;
  /// Takes the rows without a value, which have a zero.
  uint32_t *missing;
  size_t missing_count;
} weir_csv_column;

// Each reads values from `row` on, and returns the first row that it does not understand, or the number of rows.
size_t weir_csv_ints(weir_csv_column *column, size_t row, int64_t *out);
size_t weir_csv_floats(weir_csv_column *column, size_t row, double *out);
size_t weir_csv_dates(weir_csv_column *column, size_t row, int32_t *out);
size_t weir_csv_datetimes(weir_csv_column *column, size_t row, int64_t *out);
size_t weir_csv_bools(weir_csv_column *column, size_t row, uint8_t *out);

/// The value of a field: without the quotes around it, and, where `trim` says so, without blanks at the ends.
typedef struct {
  uint32_t start, length;
  uint8_t quoted;
} weir_csv_value;
weir_csv_value weir_csv_value_at(const weir_csv_column *column, size_t row, int trim);

/// Texts one after the other; `offsets[0]` is given. `bytes` has room for all of them and 64 more.
void weir_csv_texts(weir_csv_column *column, uint8_t *bytes, int64_t *offsets);

/// Distinct texts, numbered as they come, and the number of each row's.
typedef struct {
  /// Entry + 1, or 0; all 0 at first. `slot_count` is a power of two, more than the rows.
  uint32_t *slots;
  size_t slot_count;
  uint64_t *hashes;
  uint8_t *bytes;
  int64_t *offsets;
  size_t entries;
} weir_text_dictionary;
void weir_csv_codes(weir_csv_column *column, weir_text_dictionary *dictionary, uint32_t *codes);

/// The entry of a text, which is added where it is new.
uint32_t weir_text_code(weir_text_dictionary *dictionary, const uint8_t *text, size_t length);

#endif
