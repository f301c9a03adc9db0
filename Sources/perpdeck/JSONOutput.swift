import ArgumentParser
import JSONText

/// One JSON object on standard output.
enum JSONOutput {
  /// Returns the object whose members `body` states.
  static func text(_ body: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    body(&writer)
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  /// Writes the object whose members `body` states.
  static func object(_ body: (inout JSONWriter) -> Void) { StandardOutput.write(text(body)) }

  /// Does what a command is for. Where JSON is wanted, a failure is an object too: `ok` is false
  /// and `error` says why, on standard output; the exit code is 1 as ever.
  static func failing(_ isWanted: Bool, _ body: () throws -> Void) throws {
    guard isWanted else { return try body() }
    do {
      try body()
    } catch let failure as ProgramFailure {
      object { writer in
        writer.member("ok", false)
        writer.member("error", failure.description)
      }
      throw ExitCode.failure
    }
  }
}
