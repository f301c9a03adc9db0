import Foundation

/// The seeds of a test that draws at random; a failing test names its seed.
public enum Seeds {
  /// Returns `count` seeds in a plain run, as many as the environment variable says where it is set
  /// (`ALERT_SEEDS=1000 swift test`), or the one of `SEED`.
  public static func first(_ count: Int, more variable: String) -> [UInt64] {
    let wanted = ProcessInfo.processInfo.environment[variable].flatMap { Int($0) }
    return first(max(1, wanted ?? count))
  }

  /// Returns the seeds 1 through `count`, or the one that the environment variable `SEED` names.
  public static func first(_ count: Int) -> [UInt64] {
    if let text = ProcessInfo.processInfo.environment["SEED"], let seed = UInt64(text) {
      return [seed]
    }
    return Array(1...UInt64(count))
  }
}
