import Yams

/// Reads the settings: files first, then what the environment says, then the command line.
public struct SettingsLoader: Sendable {
  /// The folder of the files; nil means that there are none and the defaults hold.
  public let folder: String?
  /// What takes the place of the files' values, the strongest last.
  public let overrides: [SettingOverride]

  /// States where to look.
  public init(folder: String?, overrides: [SettingOverride] = []) {
    self.folder = folder
    self.overrides = overrides
  }

  /// Returns the settings, or everything that is wrong with them.
  ///
  /// A file that is missing counts as empty. All mistakes of all files are found in one pass.
  public func load() throws(SettingsProblems) -> BotSettings {
    let (texts, problems) = texts()
    return try Self.settings(texts, overrides, problems)
  }

  /// Reads the files as trees, and what is wrong with those that cannot be read.
  func texts() -> (texts: [SettingsFile: SettingsText], problems: [SettingsProblem]) {
    var problems: [SettingsProblem] = []
    var texts: [SettingsFile: SettingsText] = [:]
    for file in SettingsFile.allCases {
      do throws(SettingsProblem) {
        guard let bytes = try bytes(of: file) else { continue }
        texts[file] = try SettingsText(file: file.name, bytes: bytes)
      } catch {
        problems.append(error)
      }
    }
    return (texts, problems + strangers())
  }

  /// The files that are meant to be settings, by a name near to one: what they say would not hold.
  /// A folder may well hold files of other programs.
  private func strangers() -> [SettingsProblem] {
    guard let folder else { return [] }
    do throws(FileProblem) {
      return try FileReading.names(in: folder).compactMap { name in
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count > 1, let ending = parts.last?.lowercased(), !parts[0].isEmpty,
          ["yaml", "yml"].contains(ending),
          !SettingsFile.allCases.contains(where: { $0.name == name })
        else { return nil }
        let names = SettingsFile.allCases.map(\.rawValue)
        return nearestName(to: String(parts[0]), among: names).map {
          SettingsProblem(.file(name), .unknownFile(nearest: $0 + ".yaml"))
        }
      }
    } catch {
      return [SettingsProblem(.file(folder), error.complaint(limit: SettingsText.sizeLimit))]
    }
  }

  /// Reads trees into settings.
  static func settings(
    _ texts: [SettingsFile: SettingsText], _ overrides: [SettingOverride],
    _ problems: [SettingsProblem] = []
  ) throws(SettingsProblems) -> BotSettings {
    let findings = SettingsMap.Findings()
    findings.problems = problems
    findings.overrides = overrides
    let settings = read(texts, findings)
    checkOverrides(findings)
    guard findings.problems.isEmpty else { throw SettingsProblems(findings.problems) }
    return settings
  }

  /// Reads trees into settings and leaves what was found out on the way in `findings`.
  static func read(
    _ texts: [SettingsFile: SettingsText], _ findings: SettingsMap.Findings
  ) -> BotSettings {
    var settings = BotSettings()
    for file in SettingsFile.allCases {
      let map = root(of: file, texts[file], findings)
      switch file {
      case .accounts: settings.accounts.read(map)
      case .risk: settings.risk.read(map)
      case .pairs: settings.pairs.read(map, risk: settings.risk)
      case .display: settings.display.read(map)
      case .alerts: settings.alerts.read(map, pairs: settings.pairs)
      case .log: settings.log.read(map)
      case .keys: settings.keys.read(map)
      case .templates: settings.templates.read(map)
      case .strategies: settings.strategies.read(map, pairs: settings.pairs)
      }
      map.finish()
    }
    return settings
  }

  private static func root(
    of file: SettingsFile, _ text: SettingsText?, _ findings: SettingsMap.Findings
  ) -> SettingsMap {
    let root = text?.root
    if let root, root.mapping == nil, !(root.scalar?.string.isEmpty ?? false) {
      let mark = root.mark
      findings.problems.append(
        SettingsProblem(
          .line(file: file.name, line: mark?.line ?? 1, column: mark?.column ?? 1),
          .wrongShape(
            key: "the file", found: root.sequence == nil ? "a single value" : "a list",
            expected: "keys with values")))
    }
    return SettingsMap(
      file: file.name, path: file.rawValue, node: root?.mapping, findings: findings)
  }

  private static func checkOverrides(_ findings: SettingsMap.Findings) {
    for override in findings.overrides where !findings.usedOverrides.contains(override.path) {
      findings.problems.append(
        SettingsProblem(
          override.place,
          .unknownKey(
            override.path, nearest: nearestName(to: override.path, among: findings.knownPaths),
            known: findings.knownPaths)))
    }
  }

  func bytes(of file: SettingsFile) throws(SettingsProblem) -> [UInt8]? {
    guard let folder else { return nil }
    let path = "\(folder)/\(file.name)"
    do throws(FileProblem) {
      return try FileReading.bytes(of: path, limit: SettingsText.sizeLimit)
    } catch .missing {
      return nil
    } catch {
      throw SettingsProblem(.file(file.name), error.complaint(limit: SettingsText.sizeLimit))
    }
  }
}
