import Glibc
import Units

/// Reads the wall clock; the one place in the server that does.
func readWallClock() -> Timestamp {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
}

extension Timestamp {
  /// The moment as an HTTP date, such as `Tue, 31 Mar 2026 23:45:00 GMT`.
  ///
  /// Source: RFC 9110, section 5.6.7.
  var httpDateText: String {
    let fields = utc
    // 1970-01-01 was a Thursday.
    let day = Int((milliseconds / 86_400_000 + 4) % 7)
    let weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][day]
    let month = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ][fields.month - 1]
    let dayText = fields.day < 10 ? "0\(fields.day)" : "\(fields.day)"
    return "\(weekday), \(dayText) \(month) \(fields.year) \(timeText) GMT"
  }
}
