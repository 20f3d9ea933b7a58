// Package desktop brings up a private desktop without a screen: a real X server (Xvfb), window manager
// (openbox), session bus, Secret Service (gnome-keyring), notification daemon (dunst) and panel with a
// StatusNotifierItem host (xfce4-panel). Each is a child with its own log; home and XDG folders are fresh.
//
// The end-to-end tests, "make run" without a display and the measurements in scripts run in it. It is for
// Linux; "scripts/setup desktop" installs the programs.
//
// Nothing outlives the program that called Start, however that ends: a small watcher process notices its
// end, kills whatever still belongs to the desktop and removes the folder.
package desktop
