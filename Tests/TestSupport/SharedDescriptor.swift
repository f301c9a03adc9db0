import Glibc

/// A second descriptor of what this process has open at a path, as a child has it that was begun
/// meanwhile and is not another program yet; nil where the path is not open.
public func sharedDescriptor(of path: String) -> Int32? {
  var wanted = stat()
  guard stat(path, &wanted) == 0 else { return nil }
  for descriptor in 3..<Int32(65_536) {
    var found = stat()
    guard fstat(descriptor, &found) == 0, found.st_dev == wanted.st_dev,
      found.st_ino == wanted.st_ino
    else { continue }
    let shared = dup(descriptor)
    return shared < 0 ? nil : shared
  }
  return nil
}
