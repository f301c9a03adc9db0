import Foundation
import Testing

@testable import Dashboard

struct ReadmeTests {
  private let root: URL

  init() {
    var folder = URL(fileURLWithPath: #filePath)
    while folder.lastPathComponent != "Tests" { folder.deleteLastPathComponent() }
    root = folder.deletingLastPathComponent()
  }

  /// Compares what stands between two texts of the README, or writes it with `GOLDEN=record`.
  private func compare(from before: String, to after: String, with wanted: String) throws {
    let url = root.appendingPathComponent("README.md")
    var text = try String(contentsOf: url, encoding: .utf8)
    let begin = try #require(text.range(of: before))
    let end = try #require(text.range(of: after, range: begin.upperBound..<text.endIndex))
    if ProcessInfo.processInfo.environment["GOLDEN"] == "record" {
      text.replaceSubrange(begin.upperBound..<end.lowerBound, with: wanted)
      try text.write(to: url, atomically: true, encoding: .utf8)
    } else {
      #expect(String(text[begin.upperBound..<end.lowerBound]) == wanted)
    }
  }

  @Test func `the README shows the screen as it is drawn`() throws {
    let frame = root.appendingPathComponent("Tests/Golden/dashboard_overview_80x24.txt")
    let rows = try String(contentsOf: frame, encoding: .utf8).split(
      separator: "\n", omittingEmptySubsequences: false
    ).dropFirst().prefix(24).map { row in
      String(row.reversed().drop { $0 == " " }.reversed())
    }
    try compare(
      from: "z` shows one alone.\n\n```text\n", to: "\n```", with: rows.joined(separator: "\n"))
  }

  @Test func `T21 the README lists the keys of the table`() throws {
    try compare(
      from: "## Keys\n", to: "\n## Development", with: "\n" + Keymap.standard.markdown + "\n")
  }
}

extension Keymap {
  /// The table as the README has it.
  fileprivate var markdown: String {
    KeyContext.allCases.map { context in
      let lines = rows.filter { $0.context == context }.map { row in
        "| \(row.keys.map { "`\($0)`" }.joined(separator: " ")) | \(row.label) "
          + "| \(row.action.name) |"
      }
      return "**\(context.title)** (`\(context.rawValue)`)\n\n"
        + "| key | does | name |\n|---|---|---|\n" + lines.joined(separator: "\n")
    }.joined(separator: "\n\n")
  }
}
