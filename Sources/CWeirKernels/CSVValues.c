#include "CSV.h"

#include <string.h>

typedef struct {
  const uint8_t *p;
  size_t n;
} slice;

// MARK: fields

static inline slice field_at(const weir_csv_column *c, size_t row) {
  size_t i = row * c->width + c->column;
  // The number before the first is UINT32_MAX, so the first field starts at 0.
  uint32_t start = c->ends[(ptrdiff_t)i - 1] + 1, end = c->ends[i];
  if (c->column + 1 == c->width && end > start && c->bytes[end] == '\n' && c->bytes[end - 1] == '\r') end--;
  return (slice){c->bytes + start, end - start};
}

static inline int is_quoted(slice s) { return s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"'; }

static inline slice trimmed(slice s) {
  if (is_quoted(s)) {
    s.p++;
    s.n -= 2;
  }
  while (s.n && (s.p[0] == ' ' || s.p[0] == '\t')) {
    s.p++;
    s.n--;
  }
  while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t')) s.n--;
  return s;
}

static int is_marker(const weir_csv_column *c, slice s) {
  const uint8_t *marker = c->markers;
  for (size_t k = 0; k < c->marker_count; k++) {
    if (c->marker_lengths[k] == s.n && memcmp(marker, s.p, s.n) == 0) return 1;
    marker += c->marker_lengths[k];
  }
  return 0;
}

static inline int is_missing(const weir_csv_column *c, slice s) {
  return s.n == 0 || (c->marker_starts[s.p[0]] && is_marker(c, s));
}

weir_csv_value weir_csv_value_at(const weir_csv_column *c, size_t row, int trim) {
  slice s = field_at(c, row);
  uint8_t quoted = (uint8_t)is_quoted(s);
  if (trim) {
    s = trimmed(s);
  } else if (quoted) {
    s.p++;
    s.n -= 2;
  }
  return (weir_csv_value){(uint32_t)(s.p - c->bytes), (uint32_t)s.n, quoted};
}

// MARK: digits

static inline uint64_t load8(const uint8_t *p) {
  uint64_t word;
  memcpy(&word, p, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

static inline int are_digits(uint64_t word) {
  return ((word & 0xF0F0F0F0F0F0F0F0ull) | (((word + 0x0606060606060606ull) & 0xF0F0F0F0F0F0F0F0ull) >> 4)) == 0x3333333333333333ull;
}

// Eight digits, the first in the lowest byte.
static inline uint64_t eight_digits(uint64_t word) {
  word -= 0x3030303030303030ull;
  word = word * 10 + (word >> 8);
  return (((word & 0x000000FF000000FFull) * 0x000F424000000064ull)
          + (((word >> 16) & 0x000000FF000000FFull) * 0x0000271000000001ull)) >> 32;
}

// The first n (at most 8) bytes as digits, with zeros before them.
static inline uint64_t few(const uint8_t *p, size_t n) {
  unsigned shift = (unsigned)(8 - n) * 8;
  return (load8(p) << shift) | (0x3030303030303030ull & ((1ull << shift) - 1));
}

static inline int is_digit(uint8_t byte) { return (uint8_t)(byte - '0') < 10; }

// MARK: whole numbers

static inline int parse_int(slice s, int strict, int64_t *out) {
  int negative = s.p[0] == '-';
  if (negative || s.p[0] == '+') {
    s.p++;
    s.n--;
  }
  if (s.n == 0 || s.n > 19 || (strict && s.n > 1 && s.p[0] == '0')) return 0;
  uint64_t value;
  if (s.n <= 8) {
    uint64_t word = few(s.p, s.n);
    if (!are_digits(word)) return 0;
    value = eight_digits(word);
  } else {
    size_t head = s.n <= 16 ? s.n - 8 : s.n - 16;
    uint64_t word = few(s.p, head);
    if (!are_digits(word)) return 0;
    value = eight_digits(word);
    for (size_t i = head; i < s.n; i += 8) {
      word = load8(s.p + i);
      if (!are_digits(word)) return 0;
      value = value * 100000000ull + eight_digits(word);
    }
  }
  // 19 digits stay below 2^64, so nothing wrapped above.
  if (value > (uint64_t)INT64_MAX + (uint64_t)negative) return 0;
  *out = (int64_t)(negative ? 0 - value : value);
  return 1;
}

size_t weir_csv_ints(weir_csv_column *c, size_t row, int64_t *out) {
  for (; row < c->rows; row++) {
    slice s = trimmed(field_at(c, row));
    if (is_missing(c, s)) {
      c->missing[c->missing_count++] = (uint32_t)row;
      out[row] = 0;
    } else if (!parse_int(s, c->strict, &out[row])) {
      break;
    }
  }
  return row;
}

// MARK: floats

static const double powers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

#if defined(__x86_64__)
static const long double long_powers[] = {
  1e0L, 1e1L, 1e2L, 1e3L, 1e4L, 1e5L, 1e6L, 1e7L, 1e8L, 1e9L, 1e10L, 1e11L, 1e12L, 1e13L, 1e14L, 1e15L, 1e16L, 1e17L,
  1e18L, 1e19L, 1e20L, 1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L};
#endif

// The nearest double to mantissa * 10^exponent; 0 where that takes a slower way.
static inline int scaled(uint64_t mantissa, int exponent, double *out) {
  // Clinger's fast path: both numbers are exact in a double, so one operation rounds once.
  if (mantissa <= 1ull << 53 && exponent >= -22 && exponent <= 22) {
    *out = exponent < 0 ? (double)mantissa / powers[-exponent] : (double)mantissa * powers[exponent];
    return 1;
  }
#if defined(__x86_64__)
  // The same in 64 bits. Rounding once more is right, unless the first rounding ended half-way between two doubles.
  if (exponent >= -27 && exponent <= 27) {
    long double value = (long double)mantissa;
    value = exponent < 0 ? value / long_powers[-exponent] : value * long_powers[exponent];
    uint64_t bits;
    memcpy(&bits, &value, 8);
    if ((bits & 0x7FF) == 0x400) return 0;
    *out = (double)value;
    return 1;
  }
#endif
  return 0;
}

static inline int parse_exponent(const uint8_t *p, const uint8_t *end, int *out) {
  if ((*p | 0x20) != 'e') return 0;
  p++;
  int negative = p < end && *p == '-';
  if (p < end && (*p == '-' || *p == '+')) p++;
  if (p >= end || end - p > 4) return 0;
  int value = 0;
  for (; p < end; p++) {
    if (!is_digit(*p)) return 0;
    value = value * 10 + (*p - '0');
  }
  *out = negative ? -value : value;
  return 1;
}

static inline int parse_float(slice s, uint8_t decimal, int strict, double *out) {
  const uint8_t *p = s.p, *end = s.p + s.n;
  int negative = *p == '-';
  if (negative || *p == '+') p++;
  const uint8_t *first = p;
  uint64_t mantissa = 0;
  while (p < end && is_digit(*p)) mantissa = mantissa * 10 + (uint64_t)(*p++ - '0');
  ptrdiff_t whole = p - first, places = 0;
  if (strict && whole > 1 && *first == '0') return 0;
  if (p < end && *p == decimal) {
    const uint8_t *mark = ++p;
    while (end - p >= 8) {
      uint64_t word = load8(p);
      if (!are_digits(word)) break;
      mantissa = mantissa * 100000000ull + eight_digits(word);
      p += 8;
    }
    while (p < end && is_digit(*p)) mantissa = mantissa * 10 + (uint64_t)(*p++ - '0');
    places = p - mark;
  }
  // 19 digits stay below 2^64, so nothing wrapped above; a whole number of that many may not fit in 64 bits.
  if (whole + places == 0 || whole + places > 19 || (strict && whole > 18 && p == end)) return 0;
  int exponent = 0;
  if (p < end && !parse_exponent(p, end, &exponent)) return 0;
  double value;
  if (!scaled(mantissa, exponent - (int)places, &value)) return 0;
  *out = negative ? -value : value;
  return 1;
}

size_t weir_csv_floats(weir_csv_column *c, size_t row, double *out) {
  for (; row < c->rows; row++) {
    slice s = trimmed(field_at(c, row));
    if (is_missing(c, s)) {
      c->missing[c->missing_count++] = (uint32_t)row;
      out[row] = 0;
    } else if (!parse_float(s, c->decimal, c->strict, &out[row])) {
      break;
    }
  }
  return row;
}

// MARK: bools

static inline int is_word(slice s, const char *word, size_t n) {
  if (s.n != n) return 0;
  for (size_t i = 0; i < n; i++) {
    if ((s.p[i] | 0x20) != (uint8_t)word[i]) return 0;
  }
  return 1;
}

size_t weir_csv_bools(weir_csv_column *c, size_t row, uint8_t *out) {
  for (; row < c->rows; row++) {
    slice s = trimmed(field_at(c, row));
    if (is_missing(c, s)) {
      c->missing[c->missing_count++] = (uint32_t)row;
      out[row] = 0;
    } else if (is_word(s, "true", 4)) {
      out[row] = 1;
    } else if (is_word(s, "false", 5)) {
      out[row] = 0;
    } else {
      break;
    }
  }
  return row;
}

// MARK: dates

static const uint8_t days_in_month[16] = {0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
static const uint16_t days_before[16] = {0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};

// `2026-01-31` at p: days since 1970-01-01.
static inline int parse_day(const uint8_t *p, int32_t *out) {
  // The digits side by side: year, month and day.
  uint64_t word = (load8(p) & 0xFFFFFFFFull) | (uint64_t)p[5] << 32 | (uint64_t)p[6] << 40 | (uint64_t)p[8] << 48 | (uint64_t)p[9] << 56;
  if (p[4] != '-' || p[7] != '-' || !are_digits(word)) return 0;
  uint32_t number = (uint32_t)eight_digits(word), year = number / 10000, month = number / 100 % 100, day = number % 100;
  int leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  if (month == 0 || month > 12 || day == 0 || day > days_in_month[month] || (month == 2 && day == 29 && !leap)) return 0;
  // Days before the year, counted from year 0, which is a leap year.
  int32_t before = (int32_t)(year * 365 + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400);
  *out = before - 719528 + days_before[month] + (int32_t)day - 1 + (leap && month > 2);
  return 1;
}

size_t weir_csv_dates(weir_csv_column *c, size_t row, int32_t *out) {
  for (; row < c->rows; row++) {
    slice s = trimmed(field_at(c, row));
    if (is_missing(c, s)) {
      c->missing[c->missing_count++] = (uint32_t)row;
      out[row] = 0;
    } else if (s.n != 10 || !parse_day(s.p, &out[row])) {
      break;
    }
  }
  return row;
}

static inline uint32_t two(const uint8_t *p) { return (uint32_t)(p[0] - '0') * 10 + (uint32_t)(p[1] - '0'); }

// `2026-01-31T12:30:00`, with a blank for the T, and with a Z behind it.
static inline int parse_instant(slice s, int64_t *out) {
  if (s.n != 19 && !(s.n == 20 && s.p[19] == 'Z')) return 0;
  const uint8_t *p = s.p;
  int32_t day;
  if ((p[10] != 'T' && p[10] != ' ') || p[13] != ':' || p[16] != ':' || !parse_day(p, &day)) return 0;
  if (!is_digit(p[11]) || !is_digit(p[12]) || !is_digit(p[14]) || !is_digit(p[15]) || !is_digit(p[17]) || !is_digit(p[18])) return 0;
  uint32_t hour = two(p + 11), minute = two(p + 14), second = two(p + 17);
  if (hour > 23 || minute > 59 || second > 59) return 0;
  *out = (int64_t)day * 86400000000ll + (int64_t)(hour * 3600 + minute * 60 + second) * 1000000ll;
  return 1;
}

size_t weir_csv_datetimes(weir_csv_column *c, size_t row, int64_t *out) {
  for (; row < c->rows; row++) {
    slice s = trimmed(field_at(c, row));
    if (is_missing(c, s)) {
      c->missing[c->missing_count++] = (uint32_t)row;
      out[row] = 0;
    } else if (!parse_instant(s, &out[row])) {
      break;
    }
  }
  return row;
}
