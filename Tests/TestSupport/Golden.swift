import Foundation

/// Texts kept in `Tests/Golden`, one file each, that a test compares with what it made.
///
/// `GOLDEN=record swift test` writes them anew; the difference is then reviewed like code.
public enum Golden {
  /// Nil if `text` is what the file `name` holds, otherwise a sentence with the first line that
  /// differs.
  ///
  /// - Parameters:
  ///   - name: file name without its ending, unique in the project.
  ///   - file: leave it out; it finds the folder.
  public static func mismatch(
    _ text: String, _ name: String, file: String = #filePath
  ) throws -> String? {
    let url = folder(of: file).appendingPathComponent(name + ".txt")
    if ProcessInfo.processInfo.environment["GOLDEN"] == "record" {
      try text.write(to: url, atomically: true, encoding: .utf8)
      return nil
    }
    guard FileManager.default.fileExists(atPath: url.path) else {
      return "\(name): not recorded; run GOLDEN=record swift test"
    }
    let expected = try String(contentsOf: url, encoding: .utf8)
    return expected == text ? nil : "\(name): \(firstDifference(expected, text))"
  }

  private static func folder(of file: String) -> URL {
    var url = URL(fileURLWithPath: file)
    while url.path != "/" && url.lastPathComponent != "Tests" { url.deleteLastPathComponent() }
    return url.appendingPathComponent("Golden", isDirectory: true)
  }

  private static func firstDifference(_ expected: String, _ actual: String) -> String {
    let old = expected.split(separator: "\n", omittingEmptySubsequences: false)
    let new = actual.split(separator: "\n", omittingEmptySubsequences: false)
    for line in 0..<max(old.count, new.count) {
      let before = line < old.count ? String(old[line]) : "<end>"
      let after = line < new.count ? String(new[line]) : "<end>"
      if before != after { return "line \(line + 1)\n- \(before)\n+ \(after)" }
    }
    return "same lines, other line ends"
  }
}
