import ArgumentParser

/// A failure that is told in one sentence on standard error; the exit code is 1.
struct ProgramFailure: Error, CustomStringConvertible {
  /// The sentence: what, where, and what to do next.
  let description: String

  init(_ sentence: String) {
    description = sentence
  }
}
