import Foundation

/// The seeds of a test that draws at random; a failing test names its seed.
public enum Seeds {
  /// Returns the seeds 1 through `count`, or the one that the environment variable `SEED` names.
  public static func first(_ count: Int) -> [UInt64] {
    if let text = ProcessInfo.processInfo.environment["SEED"], let seed = UInt64(text) {
      return [seed]
    }
    return Array(1...UInt64(count))
  }
}
