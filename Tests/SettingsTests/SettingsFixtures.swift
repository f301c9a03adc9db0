import Foundation
import Secrets
import Testing

@testable import Settings

/// The repository, found from this file.
let repository = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// A fresh folder; all of them go away when the process ends.
func temporaryFolder() throws -> String {
  let url = temporaryBase.appendingPathComponent(UUID().uuidString, isDirectory: true)
  try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  return url.path
}

private let temporaryBase: URL = {
  let url = FileManager.default.temporaryDirectory
    .appendingPathComponent("perpdeck-settings-\(getpid())", isDirectory: true)
  atexit {
    // What cannot be removed lies in the system's temporary folder.
    _ = try? FileManager.default.removeItem(at: temporaryBase)
  }
  return url
}()

/// Loads settings from texts by the name of their file, `risk` for `risk.yaml`.
func load(
  _ texts: [String: String], overrides: [SettingOverride] = []
) throws(SettingsProblems) -> BotSettings {
  var files: [SettingsFile: SettingsText] = [:]
  var problems: [SettingsProblem] = []
  for file in SettingsFile.allCases {
    guard let text = texts[file.rawValue] else { continue }
    do throws(SettingsProblem) {
      files[file] = try SettingsText(file: file.name, bytes: Array(text.utf8))
    } catch {
      problems.append(error)
    }
  }
  return try SettingsLoader.settings(files, overrides, problems)
}

/// Returns what is wrong with the texts, one line each; empty when nothing is.
func complaints(
  _ texts: [String: String], overrides: [SettingOverride] = []
) -> String {
  do throws(SettingsProblems) {
    _ = try load(texts, overrides: overrides)
    return ""
  } catch {
    return error.description
  }
}
