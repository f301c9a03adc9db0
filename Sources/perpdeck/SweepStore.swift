import Glibc
import Research
import Trading
import Units

/// Results of sweeps in a file, one line each: name, trades, final equity, deepest fall.
final class SweepStore: Sendable {
  /// What the file had when it was opened.
  let results: [String: SweepResult]
  private let path: String

  /// Opens a store; a file that is not there is empty. A line that is not whole is left out, as the
  /// last line of a killed run.
  init(path: String) throws(ProgramFailure) {
    self.path = path
    var known: [String: SweepResult] = [:]
    for line in try Self.content(path).split(separator: "\n") {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
      guard fields.count == 5, fields[4] == "end", let trades = Int(fields[1]),
        let drawdown = Double(fields[3])
      else { continue }
      do throws(NumberProblem) {
        known[String(fields[0])] = SweepResult(
          name: String(fields[0]), tradeCount: trades, finalEquity: try Money(text: fields[2]),
          drawdown: drawdown)
      } catch {
        throw ProgramFailure("\(path): \(fields[2]): \(error)")
      }
    }
    results = known
  }

  /// Adds a result; one that cannot be written is still in the report.
  func append(_ result: SweepResult) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    var line =
      "\(result.name),\(result.tradeCount),\(result.finalEquity),\(result.drawdown),end\n"
    _ = line.withUTF8 { Glibc.write(descriptor, $0.baseAddress, $0.count) }
  }

  private static func content(_ path: String) throws(ProgramFailure) -> String {
    guard let file = fopen(path, "rb") else {
      if errno == ENOENT { return "" }
      throw ProgramFailure("Cannot read \(path): \(String(cString: strerror(errno))).")
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = fread(&chunk, 1, chunk.count, file)
      bytes.append(contentsOf: chunk[..<count])
      if count < chunk.count { break }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
