import Glibc

extension Folder {
  /// The first folder on the way to a file that the process may not enter; `nil` where it may enter each that is there.
  public static func closed(onTheWayTo path: String) -> String? {
    guard path.hasPrefix("/") else { return nil }
    var place = ""
    for name in File.parent(of: path).split(separator: "/") {
      place += "/\(name)"
      if access(place, X_OK) != 0 { return errno == EACCES && File.isFolder(place) ? place : nil }
    }
    return nil
  }
}
