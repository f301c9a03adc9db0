/// Reads the `Date` header of an answer: the clock of its sender.
public enum HTTPDate {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Returns the start of the second that the text names; nil when it is not in the usual form.
  ///
  /// The form is `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7); the obsolete ones are
  /// not sent by any server that we meet.
  public static func timestamp(_ text: String) -> Timestamp? {
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0].count == 4, parts[0].hasSuffix(","), parts[5] == "GMT",
      let day = number(parts[1], digits: 2), (1...31).contains(day),
      let month = months.firstIndex(of: String(parts[2])),
      let year = number(parts[3], digits: 4), (2009...9999).contains(year)
    else { return nil }
    let clock = parts[4].split(separator: ":", omittingEmptySubsequences: false)
    guard clock.count == 3, let hour = number(clock[0], digits: 2), hour < 24,
      let minute = number(clock[1], digits: 2), minute < 60,
      // A leap second is the last of its minute.
      let second = number(clock[2], digits: 2), second <= 60
    else { return nil }
    let time = Timestamp(
      year: year, month: month + 1, day: day, hour: hour, minute: minute,
      second: min(second, 59))
    // A day that its month lacks would come out in the next month.
    guard time.utc.month == month + 1 else { return nil }
    return time
  }

  private static func number(_ text: Substring, digits: Int) -> Int? {
    guard text.utf8.count == digits, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
      return nil
    }
    return Int(text)
  }
}
