import Screen

/// Gives back a terminal that a run could not give back because it was killed by `kill -9`.
public enum TerminalReset {
  /// Leaves the full screen, switches every mode off and lets the terminal echo and edit again.
  public static func run(_ options: TerminalOptions) throws(TerminalError) {
    let session = try Session(options)
    defer { session.end() }
    session.enter(options)
    // What the killed run has switched on lies below what this one has: everything off from any
    // state, then once more as usual.
    var bytes = session.modes.restore
    _ = bytes.withUTF8 { session.device.write(UnsafeRawBufferPointer($0)) }
    session.leave()
    session.device.makeSane()
  }
}
