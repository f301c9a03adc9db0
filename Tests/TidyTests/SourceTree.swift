import Foundation

/// The files of the project.
enum SourceTree {
  /// The folder that holds `Package.swift`.
  static let root: URL = {
    var folder = URL(fileURLWithPath: #filePath)
    repeat { folder.deleteLastPathComponent() } while folder.path != "/" && !isRoot(folder)
    precondition(isRoot(folder), "the tests lie inside the project")
    return folder
  }()

  /// The Swift files below `Sources`.
  static func sources() throws -> [SourceText] { try readSources.get() }

  /// The Swift files below `Tests`, without packages of their own.
  static func tests() throws -> [SourceText] { try readTests.get() }

  private static let readSources = Result { try swiftFiles(below: "Sources") }

  private static let readTests = Result {
    try swiftFiles(below: "Tests").filter {
      !$0.path.contains("/Benchmarks/") && !$0.path.contains("/Conformance/")
    }
  }

  /// Every text file that is part of the project, with its path from the root.
  static func texts() throws -> [(path: String, text: String)] {
    let endings: Set<String> = [
      "swift", "md", "c", "h", "sh", "py", "yaml", "yml", "json", "txt", "modulemap", "csv", "sql",
    ]
    var result: [(path: String, text: String)] = []
    for folder in ["Sources", "Tests", "config", ".ci", "."] {
      let isFlat = folder == "."
      for path in try paths(below: folder, isFlat: isFlat) {
        let name = (path as NSString).lastPathComponent
        let isText =
          endings.contains((path as NSString).pathExtension)
          || ["Makefile", "run", ".env.example"].contains(name)
        guard isText else { continue }
        let bytes = try Data(contentsOf: root.appendingPathComponent(path))
        result.append((path, String(decoding: bytes, as: UTF8.self)))
      }
    }
    return result
  }

  private static func swiftFiles(below folder: String) throws -> [SourceText] {
    try paths(below: folder, isFlat: false).filter { $0.hasSuffix(".swift") }.map { path in
      let parts = path.split(separator: "/")
      let bytes = try Data(contentsOf: root.appendingPathComponent(path))
      return SourceText(
        module: parts.count > 2 ? String(parts[1]) : "", path: path,
        String(decoding: bytes, as: UTF8.self))
    }
  }

  private static func paths(below folder: String, isFlat: Bool) throws -> [String] {
    let url = root.appendingPathComponent(folder)
    guard FileManager.default.fileExists(atPath: url.path) else { return [] }
    let names =
      isFlat
      ? try FileManager.default.contentsOfDirectory(atPath: url.path)
      : try FileManager.default.subpathsOfDirectory(atPath: url.path)
    return names.filter { !$0.contains(".build/") && $0 != "Package.resolved" }.sorted()
      .map { isFlat ? $0 : "\(folder)/\($0)" }
      .filter {
        var isFolder: ObjCBool = false
        let path = root.appendingPathComponent($0).path
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
          && !isFolder.boolValue
      }
  }

  private static func isRoot(_ folder: URL) -> Bool {
    FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path)
  }
}
