extension BotRuntime {
  /// How many milliseconds a request that only reduces, and an alert, wait for the disk.
  static let diskPatience: Int64 = 1_000

  /// How often collected events are written to the journal, in milliseconds.
  static let recordingInterval: Int64 = 1_000
  /// Collected events are written at this size in bytes without waiting for the interval.
  static let recordingSize = 64 << 10

  /// How long the end waits for what the exchange still owes, all in all, and how long between two
  /// looks, in milliseconds.
  static let endPatience: Int64 = 2_000
  static let endLookInterval: Int64 = 50
}
