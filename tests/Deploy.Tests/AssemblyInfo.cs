using System.Runtime.Versioning;

// What is deployed here is deployed on Linux.
[assembly: SupportedOSPlatform("linux")]
