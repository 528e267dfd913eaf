package main

type chatCommand struct{}
