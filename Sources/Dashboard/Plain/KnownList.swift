/// A list of the account for people: before it was read it is not said to be empty (R10).
public enum KnownList {
  /// Returns the lines of a list of such as `position`, and what there is to say beside them.
  public static func lines(_ lines: [String], of what: String, areKnown: Bool) -> [String] {
    guard areKnown else { return lines + [unknown(what)] }
    return lines.isEmpty ? ["no open \(what)"] : lines
  }

  /// What is said of a list that was not read.
  public static func unknown(_ what: String) -> String {
    "\(what)s unknown: the account was not read yet"
  }
}
